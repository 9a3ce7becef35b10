package dev.treadle.executor;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The workers of a run that are executing a step. Guarded by the run's lock. Adding and removing
/// cost the same for a few as for thousands.
final class WorkerList {
  private @Nullable Worker first;

  boolean isEmpty() {
    return first == null;
  }

  void add(Worker worker) {
    worker.before = null;
    worker.after = first;
    if (first != null) {
      first.before = worker;
    }
    first = worker;
  }

  void remove(Worker worker) {
    if (worker.before == null) {
      first = worker.after;
    } else {
      worker.before.after = worker.after;
    }
    if (worker.after != null) {
      worker.after.before = worker.before;
    }
  }

  void forEach(Consumer<Worker> action) {
    for (var at = first; at != null; at = at.after) {
      action.accept(at);
    }
  }
}
