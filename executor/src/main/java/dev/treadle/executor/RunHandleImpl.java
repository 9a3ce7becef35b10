package dev.treadle.executor;

import dev.treadle.RunId;
import dev.treadle.RunStatus;
import dev.treadle.TreadleException;
import dev.treadle.executor.ExecutorImpl.Begun;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A handle of a run that is driven here.
final class RunHandleImpl<O> implements RunHandle<O> {
  private final LiveRun run;

  /// Whether nobody drives the run yet.
  private final boolean isNew;

  RunHandleImpl(Begun begun) {
    this.run = begun.run();
    this.isNew = begun.isNew();
  }

  /// Drives the run on the caller's thread, or waits for who drives it.
  @SuppressWarnings("NullAway") // a workflow without ends has the output type Void, of null only
  O drive() throws InterruptedException {
    return output(isNew ? run.drive() : run.await(-1));
  }

  /// Has the run driven on other threads.
  RunHandleImpl<O> launch() {
    if (isNew) {
      run.launch();
    }
    return this;
  }

  @Override
  public RunId id() {
    return run.run.id();
  }

  @Override
  public RunResult<O> await() throws InterruptedException {
    return result(Objects.requireNonNull(run.await(-1)));
  }

  @Override
  public Optional<RunResult<O>> await(Duration limit) throws InterruptedException {
    return Optional.ofNullable(run.await(Math.max(0, TimeUnit.NANOSECONDS.convert(limit))))
        .map(this::result);
  }

  @Override
  public RunStatus status() {
    return run.shownStatus();
  }

  @Override
  @SuppressWarnings("unchecked") // the graph has checked that each end fits the output type
  public List<O> outputs() {
    return (List<O>) run.shownOutputs();
  }

  @Override
  public <C> Optional<C> context(Class<C> type) {
    return Optional.ofNullable(run.shownContext()).map(type::cast);
  }

  @Override
  public RunProgress progress() {
    return run.progress();
  }

  @Override
  public RunStatus cancel() {
    return run.cancel(false);
  }

  @Override
  public RunStatus cancelAndCompensate() {
    return run.cancel(true);
  }

  /// The output of a run, or what its end means to a caller of `run`.
  private @Nullable O output(@Nullable Object end) {
    var id = run.run.id();
    return switch (result(Objects.requireNonNull(end))) {
      case RunResult.Completed<O>(var output) -> output;
      case RunResult.CompletedWithoutOutput<O> _ -> {
        if (run.plan().hasEnds) {
          throw new NoOutputException(
              id, "is done without an output; every branch went into a sink");
        }
        yield null;
      }
      case RunResult.Failed<O>(var failure, var undos) ->
          throw new StepFailedException(id, failure, undos, run.cause());
      case RunResult.DeadlinePassed<O>(var deadline, _) ->
          throw new RunDeadlineException(id, deadline);
      case RunResult.Stalled<O>(var holds) ->
          throw new RunStalledException(
              id, "stalled: there is no output, and these steps hold items: " + holds);
      case RunResult.Quarantined<O>(var step, var item) ->
          throw new RunQuarantinedException(
              id,
              "is in quarantine: item "
                  + item
                  + " of step \""
                  + step
                  + "\" was in flight at three unclean deaths; resume(workflow, id) tries it"
                  + " again");
      case RunResult.Cancelled<O>(var undos) ->
          throw new RunCancelledException(id, "was cancelled", undos);
    };
  }

  @SuppressWarnings("unchecked") // the graph has checked that each end fits the output type
  private RunResult<O> result(Object end) {
    if (end instanceof TreadleException failure) {
      throw failure;
    }
    return (RunResult<O>) end;
  }
}
