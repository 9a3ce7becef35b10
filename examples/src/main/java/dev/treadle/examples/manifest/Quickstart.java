package dev.treadle.examples.manifest;

import dev.treadle.RunStatus;
import dev.treadle.TreadleException;
import dev.treadle.checkpoint.sqlite.SqliteCheckpointStore;
import dev.treadle.executor.ExecutorClosedException;
import dev.treadle.executor.RunHandle;
import dev.treadle.executor.RunResult;
import dev.treadle.executor.WorkflowExecutor;
import dev.treadle.executor.spi.CheckpointStore;
import dev.treadle.executor.spi.RunQuery;
import dev.treadle.executor.spi.StoreLockedException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// One start of the program: opens the database, goes on with the run that it finds there or begins
/// one, and says how it ended.
///
/// [#run] is for one thread and one call; [#stop] may be called by another.
final class Quickstart {
  private static final Duration STOP_GRACE = Duration.ofSeconds(1);
  private static final Duration REDRAW = Duration.ofMillis(100);
  private static final Duration LOCK_INTERVAL = Duration.ofMillis(100);
  private static final int LOCK_ATTEMPTS = 50;
  private static final Set<RunStatus> FINISHED = Set.of(RunStatus.COMPLETED, RunStatus.CANCELLED);

  private final Settings settings;
  private final Places places;
  private final Screen screen;
  private final Hasher hasher;
  private final Progress progress = new Progress();
  private final ReentrantLock lock = new ReentrantLock();

  // guarded by lock
  private @Nullable WorkflowExecutor executor;
  private boolean stopping;

  Quickstart(Settings settings, Places places, Screen screen, Hasher hasher) {
    this.settings = settings;
    this.places = places;
    this.screen = screen;
    this.hasher = hasher;
  }

  /// Runs to the end, or until stopped.
  ///
  /// @return the exit status
  /// @throws InterruptedException if the thread is interrupted; the next start goes on
  int run() throws InterruptedException {
    screen.print("Folder    " + shown(settings.input()));
    screen.print("Manifest  " + shown(settings.output()));
    screen.print("Database  " + shown(settings.database()));
    try {
      var opened = WorkflowExecutor.builder().store(store()).build();
      claim(opened);
      try {
        return drive(opened);
      } finally {
        release(opened);
      }
    } catch (ExecutorClosedException _) {
      return Report.FAILED; // stopped from outside, which has said so
    } catch (TreadleException e) {
      screen.complain(String.valueOf(e.getMessage()));
      return Report.FAILED;
    }
  }

  /// Stops a run that goes on and says so; the next start goes on from there. Does nothing if there
  /// is none.
  void stop() {
    var open = interruptible();
    if (open != null) {
      open.close(STOP_GRACE);
      screen.print("Stopped. What is hashed so far is kept; the same command goes on from there.");
    }
  }

  private int drive(WorkflowExecutor opened) throws InterruptedException {
    var started = System.nanoTime();
    var handle = begin(opened);
    var reporter = new Reporter(progress, screen, System::nanoTime);
    RunResult<Outcome> result;
    try (var ticker = Executors.newSingleThreadScheduledExecutor()) {
      var drawing =
          ticker.scheduleAtFixedRate(
              reporter::tick, REDRAW.toMillis(), REDRAW.toMillis(), TimeUnit.MILLISECONDS);
      result = handle.await();
      drawing.cancel(false);
    }
    var report = new Report(screen, shown(settings.output()), progress);
    return report.of(result, handle.outputs(), System.nanoTime() - started);
  }

  private RunHandle<Outcome> begin(WorkflowExecutor opened) {
    var workflow = new ManifestWorkflow(places, progress, hasher).build();
    var finished = RunQuery.all(1000).withWorkflow(workflow.name()).withStatuses(FINISHED);
    for (var run : opened.runs(finished)) {
      opened.delete(run.id());
    }
    var id = places.runId();
    var unfinished = opened.find(id);
    if (unfinished.isEmpty()) {
      return opened.start(workflow, places.folder(), id);
    }
    screen.print("Going on with the run that was begun at " + unfinished.get().createdAt());
    return opened.resume(workflow, id);
  }

  // a process that was killed a moment ago may still hold the lock
  private CheckpointStore store() throws InterruptedException {
    for (int attempt = 1; ; attempt++) {
      try {
        return SqliteCheckpointStore.open(places.database());
      } catch (StoreLockedException e) {
        if (attempt == LOCK_ATTEMPTS) {
          throw e;
        }
        Thread.sleep(LOCK_INTERVAL);
      }
    }
  }

  private void claim(WorkflowExecutor opened) {
    lock.lock();
    try {
      executor = opened;
    } finally {
      lock.unlock();
    }
  }

  private @Nullable WorkflowExecutor interruptible() {
    lock.lock();
    try {
      stopping = true;
      return executor;
    } finally {
      lock.unlock();
    }
  }

  private void release(WorkflowExecutor opened) {
    boolean mine;
    lock.lock();
    try {
      executor = null;
      mine = !stopping;
    } finally {
      lock.unlock();
    }
    if (mine) {
      opened.close();
    }
  }

  private static String shown(Path path) {
    return RawName.shown(RawName.bytes(RawName.typed(path)));
  }
}
