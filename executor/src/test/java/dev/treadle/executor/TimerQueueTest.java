package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The queue of timers, without a clock.
@Timeout(60)
final class TimerQueueTest {
  private static final int MILLION = 1_000_000;

  private final TimerQueue queue = new TimerQueue();
  private final List<Integer> called = new ArrayList<>();

  private TimerQueue.Entry add(long due, int number) {
    return queue.add(due, () -> called.add(number));
  }

  private void callAllThatIsDue(long now) {
    for (var callback = queue.due(now); callback != null; callback = queue.due(now)) {
      callback.run();
    }
  }

  @Test
  void timers_areCalledInTheOrderOfTheirTimes_andThenOfTheirScheduling() {
    add(30, 1);
    add(10, 2);
    add(10, 3);
    assertThat(queue.untilNext(4)).isEqualTo(6);
    callAllThatIsDue(9);
    assertThat(called).isEmpty();
    callAllThatIsDue(10);
    assertThat(called).containsExactly(2, 3);
    callAllThatIsDue(1_000);
    assertThat(called).containsExactly(2, 3, 1);
    assertThat(queue.untilNext(0)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void cancelledTimer_isNotCalled_andACalledOneCanNotBeCancelled() {
    var one = add(10, 1);
    var two = add(10, 2);
    queue.cancel(one);
    queue.cancel(one);
    callAllThatIsDue(10);
    queue.cancel(two);
    assertThat(called).containsExactly(2);
    assertThat(queue.isEmpty()).isTrue();
    assertThat(queue.size()).isZero();
  }

  @Test
  void aMillionTimersCancelledOneAfterAnother_doNotPileUpUntilTheyAreDue() {
    int most = 0;
    for (int i = 0; i < MILLION; i++) {
      queue.cancel(add(Long.MAX_VALUE, i));
      most = Math.max(most, queue.size());
    }
    assertThat(most).isLessThan(1_000);
    assertThat(queue.isEmpty()).isTrue();
  }

  @Test
  void aMillionTimersAtOnce_goWhenTheyAreCancelled_andTheOthersStay() {
    var entries = new ArrayList<TimerQueue.Entry>(MILLION);
    for (int i = 0; i < MILLION; i++) {
      entries.add(add(MILLION - i, i));
    }
    assertThat(queue.size()).isEqualTo(MILLION);
    for (int i = 0; i < MILLION; i++) {
      if (i % 1_000 != 0) {
        queue.cancel(entries.get(i));
      }
    }
    assertThat(queue.size()).isLessThan(3_000);
    callAllThatIsDue(MILLION);
    assertThat(called).hasSize(1_000).startsWith(999_000, 998_000).endsWith(0);
  }

  @Test
  void whatIsCalled_isWhatWasNotCancelled_inAnyOrderOfEvents() {
    for (long seed = 0; seed < 200; seed++) {
      called.clear();
      var random = new SplittableRandom(seed);
      var entries = new ArrayList<TimerQueue.Entry>();
      var expected = new ArrayList<Integer>();
      for (int i = 0; i < 2_000; i++) {
        entries.add(add(random.nextInt(1, 1_000), i));
      }
      for (int i = 0; i < 2_000; i++) {
        if (random.nextInt(10) < 8) {
          queue.cancel(entries.get(i));
        } else {
          expected.add(i);
        }
      }
      callAllThatIsDue(1_000);
      assertThat(called).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(expected);
      assertThat(queue.isEmpty()).isTrue();
    }
  }
}
