package dev.treadle.executor.spi;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Holds a store, or a reader of one, to the thread of its first call until it is closed; for those
/// who write stores. Whoever makes the store may be another thread.
///
/// Safe for use by any thread: that is what it finds out.
public final class Confinement {
  private final String location;
  private final AtomicReference<@Nullable Thread> owner = new AtomicReference<>();

  /// Touched by the owner only.
  private boolean closed;

  private Confinement(String location) {
    this.location = location;
  }

  /// Of a store that nobody has used yet.
  ///
  /// @param location where the store is, for messages
  /// @return the confinement
  public static Confinement of(String location) {
    return new Confinement(Objects.requireNonNull(location, "location"));
  }

  /// Called first by every operation.
  ///
  /// @throws IllegalStateException if another thread uses the store, or it is closed
  public void use() {
    confine();
    if (closed) {
      throw new IllegalStateException(location + ": the store is closed");
    }
  }

  /// Called first by what also a closed store allows.
  ///
  /// @throws IllegalStateException if another thread uses the store
  public void confine() {
    var here = Thread.currentThread();
    if (!owner.compareAndSet(null, here) && !here.equals(owner.get())) {
      throw new IllegalStateException(
          location + ": confined to " + owner.get() + ", and was called by " + here);
    }
  }

  /// Whether it is closed, as the owner knows.
  ///
  /// @return whether [#close] was called
  public boolean isClosed() {
    return closed;
  }

  /// Forbids all further use.
  ///
  /// @return whether it was open
  /// @throws IllegalStateException if another thread uses the store
  public boolean close() {
    confine();
    boolean wasOpen = !closed;
    closed = true;
    return wasOpen;
  }
}
