package dev.treadle.executor;

import dev.treadle.TreadleException;
import dev.treadle.executor.spi.StepCommit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// A commit on its way to the store. Made by one thread, which waits for it; answered by the
/// store's thread.
///
/// What the store's thread did before it answered happens before [#await] returns.
final class Pending {
  private final Thread waiter = Thread.currentThread();

  /// The parts that are still to be written; touched by the store's thread only, after the
  /// hand-over.
  final PartedCommit parts;

  private volatile @Nullable Answer answer;

  /// What became of it: accepted, refused for its sequence, or failed.
  private record Answer(boolean accepted, @Nullable TreadleException failure) {}

  Pending(StepCommit commit, long firstNewId) {
    this.parts = new PartedCommit(commit, firstNewId);
  }

  void accepted() {
    answer(new Answer(true, null));
  }

  void refused() {
    answer(new Answer(false, null));
  }

  void failed(TreadleException failure) {
    answer(new Answer(false, failure));
  }

  boolean isAnswered() {
    return answer != null;
  }

  /// Waits for the answer, whatever happens to the thread meanwhile: a commit that may be durable
  /// must not be given up.
  ///
  /// @return whether the commit is durable; if not, it was refused for its sequence
  /// @throws TreadleException if it failed
  boolean await() {
    boolean interrupted = false;
    Answer last;
    while ((last = answer) == null) {
      LockSupport.park(this);
      interrupted |= Thread.interrupted();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    var failure = last.failure;
    if (failure != null) {
      throw failure;
    }
    return last.accepted;
  }

  private void answer(Answer given) {
    answer = given;
    LockSupport.unpark(waiter);
  }
}
