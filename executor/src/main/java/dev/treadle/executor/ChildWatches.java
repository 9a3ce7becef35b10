package dev.treadle.executor;

import dev.treadle.RunId;
import dev.treadle.TreadleException;
import dev.treadle.Workflow;
import dev.treadle.executor.spi.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Who waits for the end of which run. Tells it on threads of its own, so nobody needs the locks of
/// two runs at once; it may tell it twice. Safe for use by many threads.
final class ChildWatches {
  private static final Logger LOG = LoggerFactory.getLogger(ChildWatches.class);

  private final ExecutorImpl executor;
  private final Map<RunId, List<Watch>> watches = new ConcurrentHashMap<>();

  /// One wait.
  ///
  /// @param run the run that is awaited
  /// @param workflow the workflow that it must be of
  /// @param tell what is told of its end
  record Watch(RunId run, Workflow<?, ?, ?> workflow, Consumer<ChildEnd> tell) {}

  ChildWatches(ExecutorImpl executor) {
    this.executor = executor;
  }

  /// Begins a wait.
  ///
  /// @param own the run, if the waiting one has started it; a transient one is known to nobody else
  ///   when it has ended
  void add(Watch watch, @Nullable LiveRun own) {
    watches.compute(
        watch.run(),
        (_, others) -> {
          var all = others == null ? new ArrayList<Watch>(1) : new ArrayList<>(others);
          all.add(watch);
          return all;
        });
    // a run that ends from now on is told of by [#ended]
    if (own != null && own.result() instanceof RunResult<?> result) {
      tell(watch, result);
    } else if (executor.live().find(watch.run()) == null) {
      executor.threads().newThread(() -> look(watch)).start();
    }
  }

  /// Ends a wait, if it has not ended.
  void remove(Watch watch) {
    watches.computeIfPresent(
        watch.run(),
        (_, all) -> {
          var others = new ArrayList<>(all);
          others.remove(watch);
          return others.isEmpty() ? null : others;
        });
  }

  /// A run is not driven here any more; it was removed from the live ones before.
  void ended(LiveRun run) {
    var all = watches.get(run.run.id());
    if (all != null && run.result() instanceof RunResult<?> result) {
      for (var watch : all) {
        var how =
            run.plan().workflow.name().equals(watch.workflow().name())
                ? result
                : ExecutorImpl.otherWorkflow(run.run.id(), run.plan());
        tell(watch, how);
      }
    }
  }

  /// Looks whether a run that is not driven here is over.
  private void look(Watch watch) {
    try {
      var how = executor.ended(watch.workflow(), watch.run());
      if (how != null) {
        tell(watch, how);
      }
    } catch (StoreException | ExecutorClosedException e) { // the waiting run stops as well
      LOG.debug("it can't be told whether run {} is over", watch.run(), e);
    } catch (TreadleException e) {
      tell(watch, e);
    }
  }

  private void tell(Watch watch, Object how) {
    remove(watch);
    executor.threads().newThread(() -> watch.tell().accept(new ChildEnd(watch.run(), how))).start();
  }
}
