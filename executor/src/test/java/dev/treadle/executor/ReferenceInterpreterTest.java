package dev.treadle.executor;

import static dev.treadle.executor.ModelRun.join;
import static dev.treadle.executor.ModelRun.step;
import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.RetryPolicy;
import dev.treadle.Step;
import dev.treadle.Transition;
import dev.treadle.Workflow;
import dev.treadle.executor.ModelAccount.Gathered;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The reference interpreter tells what the design says, where that can be seen by eye.
final class ReferenceInterpreterTest {
  private static final int BOUND = 100;

  @Test
  void scopeWithExits_joinsValueComesAfterThoseThatLeft() {
    var outerFork = splitting("outerFork", "1", "2");
    var fork = splitting("fork", "x", "y");
    var away = step("away");
    var join = join("join");
    var outerJoin = join("outerJoin");
    var account =
        tell(
            Workflow.builder("exits")
                .start(outerFork)
                .edge(outerFork, fork)
                .join(fork, fork, join)
                .edge(fork, away)
                .join(outerFork, away, outerJoin)
                .join(outerFork, join, outerJoin)
                .end(outerJoin)
                .build());

    assertThat(account.gathered())
        .containsExactly(
            new Gathered("join", List.of("1x", "1y")),
            new Gathered("join", List.of("2x", "2y")),
            new Gathered("outerJoin", List.of("1x", "1y", "[1x, 1y]", "2x", "2y", "[2x, 2y]")));
  }

  @Test
  void emptyFork_joinGetsAnEmptyList() {
    var fork = splitting("fork");
    var join = join("join");
    var account =
        tell(Workflow.builder("empty").start(fork).join(fork, fork, join).end(join).build());

    assertThat(account.outputs()).containsExactly("[]");
    assertThat(account.verdict()).isEqualTo(new ModelAccount.Completed("[]"));
  }

  @Test
  void noOutputButAHold_isStalled() {
    var holds = Step.of("holds", String.class, String.class, (ctx, in) -> Transition.hold());
    var account = tell(Workflow.builder("holds").start(holds).end(holds).build());

    assertThat(account.verdict()).isEqualTo(new ModelAccount.Stalled(Map.of("holds", 1L)));
  }

  @Test
  void failuresBeyondThePolicy_goToTheFallbackThenFailTheRun() {
    var fails = failing("fails").retry(RetryPolicy.fixed(Duration.ZERO).maxAttempts(3));
    var rescue = failing("rescue");
    var account =
        tell(
            Workflow.builder("fails")
                .start(fails)
                .onFailure(fails, rescue)
                .end(fails)
                .end(rescue)
                .build());

    assertThat(account.verdict()).isEqualTo(new ModelAccount.Failed("rescue", 1));
  }

  @Test
  void terminate_endsTheRunAtOnce() {
    var fork = splitting("fork", "1", "2", "3");
    var last = step("last");
    var account =
        tell(Workflow.builder("ends").start(fork).edge(fork, last).terminate(last).build());

    assertThat(account.outputs()).containsExactly("1");
  }

  private static ModelAccount tell(Workflow<?, ?, ?> workflow) {
    return new ReferenceInterpreter(workflow, false, BOUND).tell("", List.of());
  }

  private static Step<Object, String, String> splitting(String name, String... endings) {
    return Step.split(
        name,
        String.class,
        String.class,
        in -> List.of(endings).stream().map(ending -> in + ending).toList());
  }

  private static Step<Object, String, String> failing(String name) {
    return Step.map(
        name,
        String.class,
        String.class,
        in -> {
          throw new IllegalStateException(in);
        });
  }
}
