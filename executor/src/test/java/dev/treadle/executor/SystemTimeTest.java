package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The system's clocks and their timers.
@Timeout(60)
final class SystemTimeTest {
  private static final Duration DAY = Duration.ofDays(1);

  private final SystemTime time = new SystemTime();

  @Test
  void timersOfBothKinds_areCalledOnOneThread() {
    var called = new CountDownLatch(300);
    var threads = Collections.newSetFromMap(new ConcurrentHashMap<Thread, Boolean>());
    Runnable call =
        () -> {
          threads.add(Thread.currentThread());
          called.countDown();
        };
    for (int i = 0; i < 100; i++) {
      time.schedule(Duration.ofMillis(i % 10), call);
      time.schedule(time.now().plusMillis(i % 10), call);
      time.schedule(Instant.EPOCH, call);
    }
    Flows.await(called);
    assertThat(threads).hasSize(1).doesNotContain(Thread.currentThread());
  }

  @Test
  void timesAtTheEndsOfTime_areNoError() {
    var called = new CountDownLatch(2);
    var never = new AtomicInteger();
    time.schedule(Instant.MAX, never::incrementAndGet);
    time.schedule(Duration.ofSeconds(Long.MAX_VALUE), never::incrementAndGet);
    time.schedule(Instant.MIN, called::countDown);
    time.schedule(Duration.ofSeconds(Long.MIN_VALUE), called::countDown);
    Flows.await(called);
    assertThat(never).hasValue(0);
    assertThat(time.size()).isEqualTo(2);
  }

  @Test
  void timerThatThrows_doesNotStopTheOthers() {
    var called = new CountDownLatch(1);
    time.schedule(
        Duration.ZERO,
        () -> {
          throw new IllegalStateException("a timer's fault");
        });
    time.schedule(
        Duration.ZERO,
        () -> {
          throw new StackOverflowError("no room");
        });
    time.schedule(Duration.ofMillis(1), called::countDown);
    Flows.await(called);
  }

  @Test
  void cancelledTimer_isNotCalled_andALaterOneIs() {
    var called = new CountDownLatch(1);
    var never = new AtomicInteger();
    time.schedule(Duration.ofMillis(20), never::incrementAndGet).cancel();
    time.schedule(time.now().plusMillis(20), never::incrementAndGet).cancel();
    time.schedule(Duration.ofMillis(40), called::countDown);
    Flows.await(called);
    assertThat(never).hasValue(0);
  }

  @Test
  void aMillionTimersOfManyThreads_cancelledBeforeTheirTime_doNotPileUp() throws Exception {
    var never = new AtomicInteger();
    var threads = new Thread[4];
    for (int t = 0; t < threads.length; t++) {
      threads[t] =
          Thread.ofVirtual()
              .start(() -> {
                for (int i = 0; i < 250_000; i++) {
                  time.schedule(DAY, never::incrementAndGet).cancel();
                }
              });
    }
    for (var thread : threads) {
      thread.join();
    }
    assertThat(time.size()).isLessThan(1_000);
    assertThat(never).hasValue(0);
  }
}
