package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.RetryPolicy;
import dev.treadle.RunId;
import dev.treadle.RunStatus;
import dev.treadle.Step;
import dev.treadle.StepContext;
import dev.treadle.Transition;
import dev.treadle.Workflow;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Retries and fallbacks of steps that fail.
@Timeout(20)
final class RetryTest {
  private static final Duration HOUR = Duration.ofHours(1);

  private final List<Integer> attempts = Collections.synchronizedList(new ArrayList<>());
  private final List<String> keys = Collections.synchronizedList(new ArrayList<>());
  private final ManualTime time = new ManualTime();
  private final MemoryCheckpointStore store = MemoryCheckpointStore.create();

  private Transition<Integer> attempt(StepContext<Object> ctx, int number) throws IOException {
    attempts.add(ctx.attempt());
    keys.add(ctx.idempotencyKey());
    if (ctx.attempt() < number) {
      throw new IOException("attempt " + ctx.attempt());
    }
    return Transition.next(number);
  }

  private Step<Object, Integer, Integer> work(RetryPolicy policy) {
    return Step.of("work", Integer.class, Integer.class, this::attempt).retry(policy);
  }

  private WorkflowExecutor executor(boolean durable) {
    return durable ? Flows.durable(store, time) : WorkflowExecutor.builder().time(time).build();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void retry_numbersItsAttempts_andKeepsTheKey(boolean durable) throws Exception {
    try (var executor = executor(durable)) {
      assertThat(executor.run(Flows.only(work(RetryPolicy.fixed(Duration.ZERO))), 3)).isEqualTo(3);
    }
    assertThat(attempts).containsExactly(1, 2, 3);
    assertThat(keys.stream().distinct()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void retry_endsAfterItsLastAttempt(boolean durable) throws Exception {
    try (var executor = executor(durable)) {
      var failed =
          Flows.failed(executor.start(Flows.only(work(RetryPolicy.fixed(Duration.ZERO))), 9));
      assertThat(failed.failure().attempt()).isEqualTo(3);
      assertThat(failed.failure().message()).isEqualTo("attempt 3");
    }
    assertThat(attempts).containsExactly(1, 2, 3);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void retry_waitsForItsTime(boolean durable) throws Exception {
    try (var executor = executor(durable)) {
      var handle =
          executor.start(
              Flows.only(work(RetryPolicy.linear(HOUR).maxDelay(HOUR.multipliedBy(9)))),
              3,
              Flows.ID);
      time.awaitTimer(HOUR);
      assertThat(handle.status()).isEqualTo(RunStatus.WAITING);
      assertThat(executor.find(Flows.ID).orElseThrow().dueAt())
          .hasValue(ManualTime.BEGIN.plus(HOUR));
      time.advance(HOUR.minusMillis(1));
      assertThat(attempts).containsExactly(1);
      time.advance(Duration.ofMillis(1));
      time.awaitTimer(HOUR.multipliedBy(3));
      assertThat(attempts).containsExactly(1, 2);
      time.advance(HOUR.multipliedBy(2));
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.Completed<>(3));
    }
  }

  @Test
  void retryWait_outlivesTheProcess_andTheNextAttemptComesAtItsTime() throws Exception {
    var workflow = Flows.only(work(RetryPolicy.fixed(HOUR)));
    try (var dead = Flows.durable(store, time)) {
      assertThat(dead.start(workflow, 2, Flows.ID).id()).isEqualTo(Flows.ID);
      time.awaitTimer(HOUR);
      var later = new ManualTime();
      try (var executor = Flows.durable(store.reopen(), later)) {
        var handle = Flows.resumed(executor.recover(workflow));
        later.awaitTimer(HOUR);
        assertThat(handle.status()).isEqualTo(RunStatus.WAITING);
        assertThat(attempts).containsExactly(1);
        later.advance(HOUR);
        assertThat(Flows.end(handle)).isEqualTo(new RunResult.Completed<>(2));
      }
    }
    assertThat(attempts).containsExactly(1, 2);
    assertThat(keys.stream().distinct()).hasSize(1);
  }

  @Test
  void retryWait_isOverAtOnce_ifItsTimePassedWhileNobodyWasThere() throws Exception {
    var workflow = Flows.only(work(RetryPolicy.fixed(HOUR)));
    try (var dead = Flows.durable(store, time)) {
      assertThat(dead.start(workflow, 2, Flows.ID).id()).isEqualTo(Flows.ID);
      time.awaitTimer(HOUR);
      var later = new ManualTime();
      later.advance(HOUR.multipliedBy(2));
      try (var executor = Flows.durable(store.reopen(), later)) {
        assertThat(executor.run(workflow, 2, Flows.ID)).isEqualTo(2);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void fallback_getsTheSameInputAndTheFailure(boolean durable) throws Exception {
    var work = work(RetryPolicy.fixed(Duration.ZERO).maxAttempts(2));
    var rescue =
        Step.<Object, Integer, String>of(
            "rescue",
            Integer.class,
            String.class,
            (ctx, input) -> {
              var failure = ctx.failure().orElseThrow();
              return Transition.next(
                  input
                      + " "
                      + failure.step()
                      + " "
                      + failure.attempt()
                      + " "
                      + failure.message()
                      + " "
                      + ctx.attempt());
            });
    var done = Step.map("done", Integer.class, String.class, n -> "done " + n);
    var workflow =
        Workflow.builder("rescued")
            .start(work)
            .edge(work, done)
            .onFailure(work, rescue)
            .end(done)
            .end(rescue)
            .build();
    try (var executor = executor(durable)) {
      assertThat(executor.run(workflow, 7, Flows.ID)).isEqualTo("7 work 2 attempt 2 1");
    }
  }

  @Test
  void fallbackOfAJoin_getsTheJoinsList_alsoAfterDeath() throws Exception {
    var fork = Flows.upTo("fork");
    var each = Flows.plus("each", 0);
    var join =
        Step.join(
                "join",
                Integer.class,
                String.class,
                (List<Integer> _) -> {
                  throw new IOException("no");
                })
            .retry(RetryPolicy.fixed(HOUR).maxAttempts(2));
    var rescue = Flows.text("rescue");
    var workflow =
        Workflow.builder("rescued")
            .start(fork)
            .edge(fork, each)
            .join(fork, each, join)
            .onFailure(join, rescue)
            .end(join)
            .end(rescue)
            .build();
    try (var dead = Flows.durable(store, time)) {
      assertThat(dead.start(workflow, 3, Flows.ID).id()).isEqualTo(Flows.ID);
      time.awaitTimer(HOUR);
      time.advance(HOUR);
      var later = new ManualTime();
      later.advance(HOUR);
      try (var executor = Flows.durable(store.reopen(), later)) {
        assertThat(executor.run(workflow, 3, Flows.ID)).isEqualTo("[0, 1, 2]");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void abort_isAFailureWithoutRetry(boolean durable) throws Exception {
    var work =
        Step.<Object, Integer, Integer>of(
                "work",
                Integer.class,
                Integer.class,
                (ctx, _) -> {
                  attempts.add(ctx.attempt());
                  return Transition.abort("no stock");
                })
            .retry(RetryPolicy.fixed(Duration.ZERO));
    try (var executor = executor(durable)) {
      var failure =
          Flows.failed(executor.start(Flows.only(work), 1, RunId.of("aborted"))).failure();
      assertThat(failure.type()).isEqualTo("dev.treadle.Transition$Abort");
      assertThat(failure.message()).isEqualTo("no stock");
      assertThat(attempts).containsExactly(1);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void abort_goesToTheFallback(boolean durable) throws Exception {
    var work =
        Step.<Object, Integer, Integer>of(
            "work", Integer.class, Integer.class, (_, _) -> Transition.abort("no stock"));
    var rescue = Flows.plus("rescue", 100);
    var workflow =
        Workflow.builder("rescued")
            .start(work)
            .onFailure(work, rescue)
            .end(work)
            .end(rescue)
            .build();
    try (var executor = executor(durable)) {
      assertThat(executor.run(workflow, 1)).isEqualTo(101);
    }
  }

  @Test
  void policyWhoseConditionThrows_isNoRetry() throws Exception {
    var policy =
        RetryPolicy.fixed(Duration.ZERO)
            .retryIf(_ -> {
              throw new IllegalStateException("undecided");
            });
    try (var executor = executor(true)) {
      var failure = Flows.failed(executor.start(Flows.only(work(policy)), 3)).failure();
      assertThat(failure.message()).isEqualTo("attempt 1");
      assertThat(failure.stackTrace()).contains("undecided");
    }
  }
}
