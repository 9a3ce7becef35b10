package dev.treadle.testkit;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadFactory;

/// The threads of one life of a process. A real death takes them along; where it is simulated, one
/// that had just begun with a step may be late, and must not be taken for a thread of a later life.
///
/// Safe for use by many threads.
final class LifeThreads implements ThreadFactory {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final ThreadFactory factory = Thread.ofVirtual().name("step-", 0).factory();
  private final Queue<Thread> threads = new ConcurrentLinkedQueue<>();

  @Override
  public Thread newThread(Runnable work) {
    var thread = factory.newThread(work);
    threads.add(thread);
    return thread;
  }

  /// Waits until all that have begun are at their end.
  void join() throws InterruptedException {
    for (var thread = threads.poll(); thread != null; thread = threads.poll()) {
      boolean begun = thread.getState() != Thread.State.NEW;
      if (begun && !thread.join(LIMIT)) {
        throw new AssertionError(thread + " goes on after the end of its process");
      }
    }
  }
}
