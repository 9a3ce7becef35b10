package dev.treadle.executor;

import dev.treadle.RunId;
import dev.treadle.TreadleException;
import dev.treadle.Workflow;
import java.util.concurrent.ThreadFactory;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The runs of a source, each driven by a thread of its own.
final class SourceRuns<I, O> {
  private final WorkflowExecutor executor;
  private final Workflow<?, I, O> workflow;
  private final SourceDrive drive;
  private final ThreadFactory threads;
  private final @Nullable Function<? super I, RunId> ids;
  private final @Nullable BiConsumer<? super I, ? super O> outputs;
  private final @Nullable BiConsumer<? super I, ? super RuntimeException> failures;

  SourceRuns(
      WorkflowExecutor executor,
      Workflow<?, I, O> workflow,
      SourceDrive drive,
      ThreadFactory threads,
      @Nullable Function<? super I, RunId> ids,
      @Nullable BiConsumer<? super I, ? super O> outputs,
      @Nullable BiConsumer<? super I, ? super RuntimeException> failures) {
    this.executor = executor;
    this.workflow = workflow;
    this.drive = drive;
    this.threads = threads;
    this.ids = ids;
    this.outputs = outputs;
    this.failures = failures;
  }

  /// Starts the run of an element, for which there is room.
  ///
  /// @return true
  boolean launch(@Nullable I element) {
    if (element == null) {
      throw new NullPointerException(
          "the source of workflow \"" + workflow.name() + "\" gave null; a run needs an input");
    }
    var id = ids == null ? null : ids.apply(element);
    drive.launch(threads.newThread(() -> drive(element, id)));
    return true;
  }

  private void drive(I element, @Nullable RunId id) {
    try {
      run(element, id);
    } catch (RuntimeException | Error e) { // a handler's, the store's or the executor's
      drive.broken(e);
    } finally {
      drive.landed();
    }
  }

  private void run(I element, @Nullable RunId id) {
    O output;
    try {
      output = id == null ? executor.run(workflow, element) : executor.run(workflow, element, id);
    } catch (NoOutputException e) { // every branch sank, which is no failure of the element
      drive.completed();
      return;
    } catch (RunException | PayloadException e) {
      drive.failed(e);
      hear(element, e);
      return;
    } catch (InterruptedException e) {
      drive.left();
      return;
    }
    drive.completed();
    if (outputs != null && output != null) {
      outputs.accept(element, output);
    }
  }

  private void hear(I element, TreadleException e) {
    if (failures != null) {
      failures.accept(element, e);
    }
  }
}
