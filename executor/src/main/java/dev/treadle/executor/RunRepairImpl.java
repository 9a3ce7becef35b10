package dev.treadle.executor;

import dev.treadle.RunId;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/// A failed run that was loaded and that nobody drives.
final class RunRepairImpl<O> implements RunRepair<O> {
  private final StoredRuns stored;
  private final Found found;
  private final ReentrantLock lock = new ReentrantLock();

  /// Whether the loaded run is not known to be as it is stored.
  private boolean spent; // guarded by lock

  RunRepairImpl(StoredRuns stored, Found found) {
    this.stored = stored;
    this.found = found;
  }

  @Override
  public RunId id() {
    return found.run().run.id();
  }

  @Override
  public List<FailedItem> items() {
    lock.lock();
    try {
      return found.state().failed().stream()
          .sorted(Comparator.comparingLong(item -> item.sequence))
          .map(RunRepairImpl::told)
          .toList();
    } finally {
      lock.unlock();
    }
  }

  private static FailedItem told(Item item) {
    return new FailedItem(
        item.sequence, item.step.name, item.input(), item.marks().failure().orElseThrow());
  }

  @Override
  public void skip(long item) {
    lock.lock();
    try {
      requireFresh();
      var failed = find(item);
      change(out -> found.state().skip(failed, out));
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void retry(long item, Object input) {
    lock.lock();
    try {
      requireFresh();
      var failed = find(item);
      var step = failed.step;
      if (!step.step.inputType().rawClass().isInstance(input)) {
        throw new IllegalArgumentException(
            "step \""
                + step.name
                + "\" takes a "
                + step.step.inputType()
                + ", but the new input of item "
                + item
                + " is "
                + (input == null ? "null" : "a " + input.getClass().getName()));
      }
      var payload = step.stored().writeInput(input);
      step.stored().readInput(payload); // what does not come back must not be stored
      change(out -> found.state().repair(failed, input, payload, out));
    } finally {
      lock.unlock();
    }
  }

  @Override
  public RunHandle<O> resume() {
    lock.lock();
    try {
      requireFresh();
      spent = true; // from now on the run is its driver's
      return new RunHandleImpl<O>(stored.resume(found)).launch();
    } finally {
      lock.unlock();
    }
  }

  private void change(StoredRuns.Change change) {
    spent = true; // until the store has taken it
    stored.change(found, change);
    spent = false;
  }

  private void requireFresh() {
    if (spent) {
      throw new RunConflictException(id(), "is not as this repair knows it; begin another repair");
    }
  }

  private Item find(long sequence) {
    var failed = found.state().failed();
    for (var item : failed) {
      if (item.sequence == sequence) {
        return item;
      }
    }
    throw new IllegalArgumentException(
        "run "
            + id()
            + " has no failed item "
            + sequence
            + "; it has "
            + (failed.isEmpty() ? "none" : failed.stream().map(Item::toString).toList()));
  }
}
