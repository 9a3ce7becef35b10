package dev.treadle.checkpoint.file;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Holds a store or a reader to the thread of its first call, until it is closed.
final class Confinement {
  private final String location;
  private final AtomicReference<@Nullable Thread> owner = new AtomicReference<>();

  /// Touched by the owner only.
  private boolean closed;

  Confinement(String location) {
    this.location = location;
  }

  /// Called first by every operation.
  void use() {
    confine();
    if (closed) {
      throw new IllegalStateException(location + ": the store is closed");
    }
  }

  /// Forbids all further use.
  ///
  /// @return whether it was open
  boolean close() {
    confine();
    boolean wasOpen = !closed;
    closed = true;
    return wasOpen;
  }

  private void confine() {
    var here = Thread.currentThread();
    if (!owner.compareAndSet(null, here) && !here.equals(owner.get())) {
      throw new IllegalStateException(
          location + ": confined to " + owner.get() + ", and was called by " + here);
    }
  }
}
