package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.treadle.Step;
import dev.treadle.Workflow;
import dev.treadle.executor.spi.Entry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/// A stored run that its process has left while some of its steps were in flight, for the next
/// version of its workflow.
final class LeftRun {
  private final MemoryCheckpointStore store = MemoryCheckpointStore.create();
  private final AtomicBoolean patient = new AtomicBoolean();
  private final CountDownLatch inFlight;

  /// @param inFlight how many items are in flight when the process leaves
  LeftRun(int inFlight) {
    this.inFlight = new CountDownLatch(inFlight);
  }

  /// A step that keeps its items until the process leaves, and lets them pass afterwards.
  <I> Step<Object, I, I> blocking(String name, Class<I> type) {
    return Step.map(
        name,
        type,
        type,
        value -> {
          pass();
          return value;
        });
  }

  /// What such a step does.
  void pass() throws InterruptedException {
    inFlight.countDown();
    if (!patient.get()) {
      Flows.blockForever();
    }
  }

  void awaitInFlight() {
    Flows.await(inFlight);
  }

  /// Runs the workflow until enough items are in flight, and leaves it.
  <I> void leave(Workflow<?, I, ?> workflow, I input) throws InterruptedException {
    leave(workflow, input, 1);
  }

  /// Runs the workflow until enough items are in flight and enough commits are stored, and leaves
  /// it.
  <I> void leave(Workflow<?, I, ?> workflow, I input, int commits) throws InterruptedException {
    var counted = FaultyStore.over(store.reopen());
    try (var executor = WorkflowExecutor.create(counted)) {
      var handle = executor.start(workflow, input, Flows.ID);
      Flows.await(inFlight);
      for (int i = 0;
          i < Flows.LIMIT.toMillis() && counted.commits(Flows.ID).size() < commits;
          i++) {
        assertThat(handle.await(Duration.ofMillis(1))).isEmpty();
      }
      assertThat(counted.commits(Flows.ID)).hasSizeGreaterThanOrEqualTo(commits);
      assertThat(executor.close(Duration.ZERO)).containsExactly(handle.id());
    }
    patient.set(true);
  }

  WorkflowExecutor next() {
    return WorkflowExecutor.create(store.reopen());
  }

  MemoryCheckpointStore reopen() {
    return store.reopen();
  }

  /// Resumes the run with a workflow and expects its output.
  void assertGoesOn(Workflow<?, ?, ?> workflow, Object output) throws Exception {
    try (var executor = next()) {
      assertThat(executor.check(workflow).misfits()).isEmpty();
      assertThat(Flows.end(executor.resume(workflow, Flows.ID)))
          .isEqualTo(new RunResult.Completed<>(output));
    }
  }

  /// Expects of every way to go on that it fails and changes nothing.
  void assertMisfits(Workflow<?, ?, ?> workflow, String... misfits) {
    var before = entries();
    try (var executor = next()) {
      var header = executor.find(Flows.ID);
      assertThatExceptionOfType(RunMisfitException.class)
          .isThrownBy(() -> executor.resume(workflow, Flows.ID))
          .satisfies(e -> assertThat(e.misfits()).containsExactly(misfits));
      assertThat(executor.recover(workflow))
          .containsExactly(new Recovery.DoesNotFit(Flows.ID, List.of(misfits)));
      assertThat(executor.check(workflow).misfits())
          .extracting(CheckReport.Misfit::reasons)
          .containsExactly(List.of(misfits));
      assertThat(executor.find(Flows.ID)).isEqualTo(header);
    }
    assertThat(entries()).as("left as it was").isEqualTo(before);
  }

  List<Entry> entries() {
    try (var reader = store.reopen()) {
      return reader.entries(Flows.ID, -1, 10_000);
    }
  }
}
