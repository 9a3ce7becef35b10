package dev.treadle;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class RetryPolicyTest {

  @Test
  void fixed_delay_staysTheSame() {
    assertThat(delays(RetryPolicy.fixed(ofMillis(10)), 3))
        .containsExactly(ofMillis(10), ofMillis(10), ofMillis(10));
  }

  @Test
  void linear_delay_growsByTheStep() {
    assertThat(delays(RetryPolicy.linear(ofMillis(10)), 3))
        .containsExactly(ofMillis(10), ofMillis(20), ofMillis(30));
  }

  @Test
  void exponential_delay_doubles() {
    assertThat(delays(RetryPolicy.exponential(ofMillis(10)), 4))
        .containsExactly(ofMillis(10), ofMillis(20), ofMillis(40), ofMillis(80));
  }

  @Test
  void delay_afterManyFailures_staysWithinTheLongest() {
    var policy = RetryPolicy.exponential(ofMillis(10));

    assertThat(policy.delay(Integer.MAX_VALUE, 0)).isEqualTo(Duration.ofHours(1));
    assertThat(policy.maxDelay(ofSeconds(2)).delay(1_000_000, 0)).isEqualTo(ofSeconds(2));
    assertThat(RetryPolicy.linear(Duration.ofDays(3650)).delay(Integer.MAX_VALUE, 0))
        .isEqualTo(Duration.ofDays(3650));
    assertThat(RetryPolicy.exponential(Duration.ZERO).delay(5000, 0)).isZero();
  }

  @Test
  void delay_firstLongerThanDefaultBound_isKept() {
    assertThat(RetryPolicy.exponential(Duration.ofHours(5)).delay(3, 0))
        .isEqualTo(Duration.ofHours(5));
    assertThat(RetryPolicy.fixed(Duration.ofHours(5)).maxDelay(ofSeconds(1)).delay(1, 0))
        .isEqualTo(ofSeconds(1));
  }

  @Test
  void jitter_randomParts_shortenTheDelay() {
    var policy = RetryPolicy.fixed(ofSeconds(10)).jitter(0.2);

    assertThat(policy.delay(1, 0)).isEqualTo(ofSeconds(10));
    assertThat(policy.delay(1, 0.5)).isEqualTo(ofSeconds(9));
    var random = new Random(7);
    var delays = IntStream.range(0, 1000).mapToObj(_ -> policy.delay(1, random.nextDouble()));
    assertThat(delays).allMatch(d -> d.compareTo(ofSeconds(8)) >= 0 && !d.isNegative());
  }

  @Test
  void allows_byDefault_twoRetriesOfExceptionsButNotErrors() {
    var policy = RetryPolicy.fixed(Duration.ZERO);

    assertThat(policy.allows(2, new IOException())).isTrue();
    assertThat(policy.allows(3, new IOException())).isFalse();
    assertThat(policy.allows(1, new StackOverflowError())).isFalse();
  }

  @Test
  void allows_maxAttempts_bounds() {
    assertThat(RetryPolicy.fixed(Duration.ZERO).maxAttempts(1).allows(1, new IOException()))
        .isFalse();
    var most = RetryPolicy.fixed(Duration.ZERO).maxAttempts(Integer.MAX_VALUE);
    assertThat(most.allows(Integer.MAX_VALUE - 1, new IOException())).isTrue();
  }

  @Test
  void retryOn_classes_includeSubclassesAndErrors() {
    var policy = RetryPolicy.fixed(Duration.ZERO).retryOn(IOException.class, AssertionError.class);

    assertThat(policy.allows(1, new FileNotFoundException())).isTrue();
    assertThat(policy.allows(1, new AssertionError())).isTrue();
    assertThat(policy.allows(1, new IllegalStateException())).isFalse();
  }

  @Test
  void retryIf_condition_decides() {
    var policy = RetryPolicy.fixed(Duration.ZERO).retryIf(e -> "again".equals(e.getMessage()));

    assertThat(policy.allows(1, new IOException("again"))).isTrue();
    assertThat(policy.allows(1, new IOException("no"))).isFalse();
  }

  @Test
  void property_setTwice_isRefused() {
    var policy = RetryPolicy.fixed(ofSeconds(1));

    assertThatThrownBy(() -> policy.maxAttempts(2).maxAttempts(3))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("maxAttempts was already set, to 2");
    assertThatThrownBy(() -> policy.maxDelay(ofSeconds(1)).maxDelay(ofSeconds(1)))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> policy.maxElapsedTime(ofSeconds(1)).maxElapsedTime(ofSeconds(1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("maxElapsedTime was already set, to PT1S");
    assertThatThrownBy(() -> policy.jitter(0).jitter(0)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> policy.retryOn(IOException.class).retryIf(_ -> true))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("retryOn or retryIf was already set, to a condition");
  }

  @Test
  void property_outOfBounds_isRefused() {
    var policy = RetryPolicy.fixed(ofSeconds(1));

    assertRefused(() -> RetryPolicy.fixed(ofSeconds(-1)), "delay must be from zero to 3650 days");
    assertRefused(() -> RetryPolicy.linear(ofSeconds(Long.MAX_VALUE)), "delay must be from zero");
    assertRefused(() -> policy.maxDelay(ofSeconds(-1)), "maxDelay must be from zero");
    assertRefused(() -> policy.maxElapsedTime(ofSeconds(-1)), "maxElapsedTime must be from zero");
    assertRefused(() -> policy.maxAttempts(0), "maxAttempts must be at least 1, was 0");
    assertRefused(() -> policy.jitter(1.1), "jitter must be from 0 to 1, was 1.1");
    assertRefused(() -> policy.jitter(Double.NaN), "jitter must be from 0 to 1, was NaN");
    assertRefused(policy::retryOn, "retryOn needs a class");
    assertRefused(() -> policy.delay(0, 0), "failures must be at least 1, was 0");
    assertRefused(() -> policy.delay(1, 1), "random must be from 0 to below 1, was 1.0");
  }

  @Test
  void maxElapsedTime_staysWithWhatIsSetAfterwards() {
    var policy =
        RetryPolicy.fixed(ofSeconds(1))
            .maxElapsedTime(ofSeconds(9))
            .maxAttempts(7)
            .maxDelay(ofSeconds(2))
            .jitter(0.5)
            .retryIf(_ -> true);

    assertThat(RetryPolicy.fixed(ofSeconds(1)).maxElapsedTime()).isEmpty();
    assertThat(policy.maxElapsedTime()).contains(ofSeconds(9));
    assertThat(policy)
        .hasToString(
            "RetryPolicy[FIXED PT1S, maxAttempts 7, maxDelay PT2S, maxElapsedTime PT9S, jitter 0.5,"
                + " conditional]");
  }

  @Test
  void toString_namesAll() {
    assertThat(RetryPolicy.linear(ofSeconds(1)).jitter(0.5).retryIf(_ -> true))
        .hasToString(
            "RetryPolicy[LINEAR PT1S, maxAttempts 3, maxDelay PT1H, jitter 0.5, conditional]");
  }

  private static void assertRefused(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String message) {
    assertThatThrownBy(call)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }

  private static Duration[] delays(RetryPolicy policy, int count) {
    return IntStream.rangeClosed(1, count)
        .mapToObj(n -> policy.delay(n, 0))
        .toArray(Duration[]::new);
  }
}
