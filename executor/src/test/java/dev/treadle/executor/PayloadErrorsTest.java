package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.treadle.RunStatus;
import dev.treadle.Step;
import dev.treadle.Transition;
import dev.treadle.Workflow;
import dev.treadle.executor.Flows.Count;
import dev.treadle.executor.spi.RunQuery;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What becomes of values that can't be stored.
@Timeout(20)
final class PayloadErrorsTest {
  private static final PayloadLimits SMALL = PayloadLimits.defaults().withMaxBytes(100);

  private final MemoryCheckpointStore store = MemoryCheckpointStore.create();

  /// A type that no codec can make from what is stored.
  record Holder(Thread thread) {}

  private WorkflowExecutor small() {
    return WorkflowExecutor.builder().store(store).payloadLimits(SMALL).build();
  }

  @Test
  void unserializableType_isNamedWithItsStep_beforeAnythingIsStored() {
    var work = Step.map("work", Integer.class, Holder.class, _ -> new Holder(new Thread()));
    var last = Step.map("last", Holder.class, Integer.class, _ -> 1);
    try (var executor = WorkflowExecutor.create(store)) {
      assertThatExceptionOfType(PayloadException.class)
          .isThrownBy(() -> executor.run(Flows.chain("holding", work, last), 1, Flows.ID))
          .withMessageContaining("workflow \"holding\" can't be stored")
          .withMessageContaining("the input of step \"last\"")
          .withMessageContaining(Thread.class.getName());
      assertThat(executor.find(Flows.ID)).isEmpty();
      assertThat(executor.runs(RunQuery.all(10))).isEmpty();
    }
  }

  @Test
  void unserializableType_doesNotMatter_transiently() throws Exception {
    var work = Step.map("work", Integer.class, Holder.class, _ -> new Holder(new Thread()));
    var last = Step.map("last", Holder.class, Integer.class, _ -> 1);
    try (var executor = WorkflowExecutor.create()) {
      assertThat(executor.run(Flows.chain("holding", work, last), 1)).isEqualTo(1);
    }
  }

  @Test
  void inputOverTheLimit_startsNothing() {
    var work = Step.map("work", String.class, String.class, text -> text);
    try (var executor = small()) {
      assertThatExceptionOfType(PayloadException.class)
          .isThrownBy(() -> executor.run(Flows.only(work), "x".repeat(200), Flows.ID))
          .withMessageContaining("the input of step \"work\"")
          .withMessageContaining("more than the 100 bytes of PayloadLimits.maxBytes")
          .withMessageNotContaining("xxx");
      assertThat(executor.find(Flows.ID)).isEmpty();
    }
  }

  @Test
  void outputOverTheLimit_failsItsItemOnceWithoutRetry_andTheRunIsResumable() throws Exception {
    var large = new AtomicBoolean(true);
    var executions = new AtomicInteger();
    var work =
        Step.map(
                "work",
                Integer.class,
                String.class,
                _ -> {
                  executions.incrementAndGet();
                  return "x".repeat(large.get() ? 200 : 2);
                })
            .retry(dev.treadle.RetryPolicy.fixed(Duration.ZERO));
    var last = Step.map("last", String.class, String.class, text -> text);
    var workflow = Flows.chain("large", work, last);
    try (var executor = small()) {
      assertThatExceptionOfType(StepFailedException.class)
          .isThrownBy(() -> executor.run(workflow, 1, Flows.ID))
          .withMessageContaining(
              "step \"work\" failed at attempt 1: " + PayloadException.class.getName())
          .withMessageContaining("the input of step \"last\"")
          .withMessageContaining("more than the 100 bytes")
          .withMessageNotContaining("xxx");
      assertThat(executions).hasValue(1);
      large.set(false);
      assertThat(Flows.end(executor.resume(workflow, Flows.ID)))
          .isEqualTo(new RunResult.Completed<>("xx"));
    }
  }

  @Test
  void contextOverTheLimit_failsTheItemOnce_andTheContextStays() throws Exception {
    record Notes(String text) {}
    var grow =
        Step.in(Notes.class)
            .of(
                "grow",
                Integer.class,
                Integer.class,
                (ctx, number) -> {
                  ctx.update(notes -> new Notes(notes.text() + "x".repeat(number)));
                  return Transition.next(number);
                });
    var workflow =
        Workflow.builder("growing", Notes.class, () -> new Notes("")).start(grow).end(grow).build();
    try (var executor = small()) {
      var failed = Flows.failed(executor.start(workflow, 200, Flows.ID));
      assertThat(failed.failure().message()).contains("the context after step \"grow\"");
      assertThat(executor.find(Flows.ID).orElseThrow().status()).isEqualTo(RunStatus.FAILED);
    }
  }

  @Test
  void failureLongerThanThePayloadLimit_isRecordedAllTheSame() {
    var work =
        Step.map(
            "work",
            Integer.class,
            Integer.class,
            _ -> {
              throw new IllegalStateException("y".repeat(500));
            });
    try (var executor = small()) {
      assertThatExceptionOfType(StepFailedException.class)
          .isThrownBy(() -> executor.run(Flows.only(work), 1, Flows.ID))
          .withMessageContaining("yyy");
      assertThat(executor.find(Flows.ID).orElseThrow().status()).isEqualTo(RunStatus.FAILED);
    }
  }

  @Test
  void failureWithHalfACharacter_isRecordedAllTheSame() {
    var work =
        Step.map(
            "work",
            Integer.class,
            Integer.class,
            _ -> {
              throw new IllegalStateException("z".repeat(3_999) + "\uD83D\uDE00");
            });
    try (var executor = WorkflowExecutor.create(store)) {
      assertThatExceptionOfType(StepFailedException.class)
          .isThrownBy(() -> executor.run(Flows.only(work), 1, Flows.ID))
          .withMessageContaining("zzz");
      assertThat(executor.find(Flows.ID).orElseThrow().status()).isEqualTo(RunStatus.FAILED);
    }
  }

  @Test
  void failureWhoseMessageThrows_isRecordedAllTheSame() {
    var work =
        Step.map(
            "work",
            Integer.class,
            Integer.class,
            _ -> {
              throw new Unspeakable();
            });
    try (var executor = WorkflowExecutor.create(store)) {
      assertThatExceptionOfType(StepFailedException.class)
          .isThrownBy(() -> executor.run(Flows.only(work), 1, Flows.ID))
          .withMessageContaining(Unspeakable.class.getName());
      assertThat(executor.find(Flows.ID).orElseThrow().status()).isEqualTo(RunStatus.FAILED);
    }
  }

  @Test
  void initialContextOverTheLimit_startsNothing() {
    record Notes(String text) {}
    var work = Flows.plus("work", 1);
    var workflow =
        Workflow.builder("noted", Notes.class, () -> new Notes("x".repeat(200)))
            .start(work)
            .end(work)
            .build();
    try (var executor = small()) {
      assertThatExceptionOfType(PayloadException.class)
          .isThrownBy(() -> executor.run(workflow, 1, Flows.ID))
          .withMessageContaining("the context to begin with");
      assertThat(executor.find(Flows.ID)).isEmpty();
    }
  }

  @Test
  void contextForAWorkflowWithoutOne_isRefused() {
    var work = Flows.plus("work", 1);
    Workflow<Count, Integer, Integer> workflow =
        Workflow.builder("counted", Count.class, () -> new Count(0)).start(work).end(work).build();
    try (var executor = small()) {
      assertThat(
              executor.start(workflow, 1, options -> options.withContext(new Count(7))).outputs())
          .isNotNull();
      assertThatExceptionOfType(IllegalArgumentException.class)
          .isThrownBy(() -> executor.start(Flows.only(work), 1, o -> o.withContext("lost")))
          .withMessage("workflow \"only\" has no context to begin with");
    }
  }

  private static final class Unspeakable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @Override
    public String getMessage() {
      throw new IllegalStateException("no words");
    }
  }
}
