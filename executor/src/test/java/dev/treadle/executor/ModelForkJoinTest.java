package dev.treadle.executor;

import static dev.treadle.executor.ModelRun.join;
import static dev.treadle.executor.ModelRun.step;
import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.RunStatus;
import dev.treadle.Step;
import dev.treadle.Transition;
import dev.treadle.Workflow;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The sentences on forks and joins, one by one, on a bare [RunState].
final class ModelForkJoinTest {
  private final Step<Object, String, String> fork = step("fork");
  private final Step<Object, String, String> work = step("work");
  private final Step<Object, List<String>, String> join = join("join");

  private final Step<Object, String, String> outerFork = step("outerFork");
  private final Step<Object, List<String>, String> outerJoin = join("outerJoin");

  @Test
  void nextAllOfNothing_firesTheJoinWithAnEmptyList() {
    var run = ModelRun.of(plain());

    run.givesAll("fork");

    assertThat(run.gives("join", "done").input()).isEqualTo(List.of());
    assertThat(run.state.status()).isEqualTo(RunStatus.COMPLETED);
  }

  @Test
  void next_isOneBranch() {
    var run = ModelRun.of(plain());

    run.gives("fork", "only");
    run.gives("work", "done");

    assertThat(run.next("join").input()).isEqualTo(List.of("done"));
  }

  @Test
  void holdOfTheFork_opensNoGroup() {
    var run = ModelRun.of(plain());

    run.holds("fork");

    assertThat(run.ready()).isEmpty();
    assertThat(run.state.status()).isEqualTo(RunStatus.STALLED);
    assertThat(run.state.results.holds()).containsOnlyKeys("fork").containsEntry("fork", 1L);
  }

  @Test
  void forkThatFeedsItsJoin_givesItsOutputsInTheOrderOfOutputThenEdge() {
    var run =
        ModelRun.of(
            Workflow.builder("direct")
                .start(fork)
                .join(fork, fork, join)
                .edge(fork, work)
                .join(fork, work, join)
                .end(join)
                .build());

    run.givesAll("fork", "1", "2");
    run.gives("work", "1 worked");
    run.gives("work", "2 worked");

    assertThat(run.next("join").input()).isEqualTo(List.of("1", "1 worked", "2", "2 worked"));
  }

  @Test
  void forkWhoseOutputsAllArriveAtOnce_firesInTheSameCommit() {
    var run =
        ModelRun.of(
            Workflow.builder("only direct").start(fork).join(fork, fork, join).end(join).build());

    run.givesAll("fork", "1", "2");

    assertThat(run.ready()).containsExactly("join");
    assertThat(run.next("join").input()).isEqualTo(List.of("1", "2"));
  }

  @Test
  void values_areOrderedByPathNotByArrival() {
    var run = ModelRun.of(plain());

    run.givesAll("fork", "1", "2", "3");
    var first = run.next("work");
    run.givesAll("work", "2a", "2b");
    run.gives("work", "3a");
    run.state.succeed(first, Transition.next("1a"), null, null);

    assertThat(run.next("join").input()).isEqualTo(List.of("1a", "2a", "2b", "3a"));
  }

  @Test
  void holdInsideAScope_closesTheGroup() {
    var run = ModelRun.of(plain());

    run.givesAll("fork", "1", "2");
    run.gives("work", "1a");
    assertThat(run.ready()).containsExactly("work");
    run.holds("work");

    assertThat(run.gives("join", "done").input()).isEqualTo(List.of("1a"));
    assertThat(run.state.status()).isEqualTo(RunStatus.COMPLETED);
  }

  @Test
  void nextAllOfNothingInsideAScope_closesTheGroup() {
    var run = ModelRun.of(plain());

    run.givesAll("fork", "1", "2");
    run.givesAll("work");
    run.givesAll("work");

    assertThat(run.next("join").input()).isEqualTo(List.of());
    assertThat(run.ready()).isEmpty();
  }

  @Test
  void waitingForARetry_isOpen() {
    var run = ModelRun.of(plain());

    run.givesAll("fork", "1", "2");
    run.retries("work");
    run.gives("work", "2a");
    assertThat(run.ready()).containsExactly("work");
    run.gives("work", "1a");

    assertThat(run.next("join").input()).isEqualTo(List.of("1a", "2a"));
  }

  @Test
  void joinThatFails_givesItsValuesToItsFallback() {
    var rescue = join("rescue");
    var run =
        ModelRun.of(
            Workflow.builder("rescued")
                .start(fork)
                .edge(fork, work)
                .join(fork, work, join)
                .onFailure(join, rescue)
                .end(join)
                .end(rescue)
                .build());

    run.givesAll("fork", "1", "2");
    run.gives("work", "1a");
    run.gives("work", "2a");
    run.retries("join");
    run.fallsBack("join");

    assertThat(run.gives("rescue", "saved").input()).isEqualTo(List.of("1a", "2a"));
    assertThat(run.state.results.output()).extracting(Results.Output::value).isEqualTo("saved");
  }

  @Test
  void failureOfTheFork_opensNoGroup() {
    var rescue = step("rescue");
    var run =
        ModelRun.of(
            Workflow.builder("fork fails")
                .start(fork)
                .edge(fork, work)
                .join(fork, work, join)
                .onFailure(fork, rescue)
                .end(join)
                .end(rescue)
                .build());

    run.fallsBack("fork");
    run.gives("rescue", "saved");

    assertThat(run.ready()).isEmpty();
    assertThat(run.state.status()).isEqualTo(RunStatus.COMPLETED);
  }

  @Test
  void fallbackInsideAScope_takesThePlaceOfWhatFailed() {
    var rescue = step("rescue");
    var run =
        ModelRun.of(
            Workflow.builder("work fails")
                .start(fork)
                .edge(fork, work)
                .join(fork, work, join)
                .onFailure(work, rescue)
                .join(fork, rescue, join)
                .end(join)
                .build());

    run.givesAll("fork", "1", "2");
    run.fallsBack("work");
    run.gives("work", "2a");
    run.gives("rescue", "1 saved");

    assertThat(run.next("join").input()).isEqualTo(List.of("1 saved", "2a"));
  }

  @Test
  void nestedJoins_haveTheirOwnValuesInOrder() {
    var run = ModelRun.of(nested());

    run.givesAll("outerFork", "1", "2");
    var first = run.next("fork");
    run.givesAll("fork", "2x", "2y");
    run.state.succeed(first, Transition.nextAll(List.of("1x", "1y")), null, null);
    run.gives("work", "2X");
    run.gives("work", "2Y");
    run.gives("work", "1X");
    run.gives("work", "1Y");
    assertThat(run.gives("join", "[2]").input()).isEqualTo(List.of("2X", "2Y"));
    assertThat(run.ready()).as("outerJoin waits for the other").containsExactly("join");
    assertThat(run.gives("join", "[1]").input()).isEqualTo(List.of("1X", "1Y"));

    assertThat(run.next("outerJoin").input()).isEqualTo(List.of("[1]", "[2]"));
  }

  @Test
  void emptyInnerFork_isOpenOutsideUntilItsJoinArrives() {
    var run = ModelRun.of(nested());

    run.gives("outerFork", "1");
    run.givesAll("fork");
    assertThat(run.ready()).containsExactly("join");
    run.gives("join", "[]");

    assertThat(run.next("outerJoin").input()).isEqualTo(List.of("[]"));
  }

  private Workflow<?, ?, ?> plain() {
    return Workflow.builder("plain")
        .start(fork)
        .edge(fork, work)
        .join(fork, work, join)
        .end(join)
        .build();
  }

  private Workflow<?, ?, ?> nested() {
    return Workflow.builder("nested")
        .start(outerFork)
        .edge(outerFork, fork)
        .edge(fork, work)
        .join(fork, work, join)
        .join(outerFork, join, outerJoin)
        .end(outerJoin)
        .build();
  }
}
