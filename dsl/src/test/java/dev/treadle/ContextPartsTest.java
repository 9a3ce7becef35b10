package dev.treadle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BinaryOperator;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/// The laws of the context parts that merge by themselves.
final class ContextPartsTest {
  private static final int CASES = 5_000;

  private final SplittableRandom random =
      new SplittableRandom(Long.getLong("treadle.seed", 20_261_122L));

  @Test
  void eventLog_keepsTheLawsOfMerging() {
    this.<EventLog<Integer>>laws(this::log, EventLog.empty(), EventLog::merge);
  }

  @Test
  void fixed_keepsTheLawsOfMerging() {
    this.<Fixed<Integer>>laws(
        () -> random.nextBoolean() ? Fixed.unset() : Fixed.of(random.nextInt(4)),
        Fixed.unset(),
        Fixed::merge);
  }

  @Test
  void eventLog_hasEventsInTheOrderOfTheirAppearance_eachOnce() {
    var log = EventLog.of("b", 1).merge(EventLog.of("a", 2)).merge(EventLog.of("b", 3));

    assertThat(log.values()).containsExactly(1, 2);
    assertThat(log.events()).extracting(EventLog.Event::id).containsExactly("b", "a");
  }

  @Test
  void eventLog_withAnIdTwice_isRefused() {
    var event = new EventLog.Event<>("a", 1);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> new EventLog<>(List.of(event, event)))
        .withMessage("the event id \"a\" stands twice in one log");
  }

  @Test
  void fixed_neverChangesByMerging() {
    assertThat(Fixed.of("first").merge(Fixed.of("second"))).isEqualTo(Fixed.of("first"));
  }

  @Test
  void sleep_withANegativeDelay_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Step.sleep("rest", String.class, Duration.ofSeconds(-1)))
        .withMessage("step \"rest\": the delay must not be negative, was PT-1S");
  }

  private <T> void laws(Supplier<T> values, T identity, BinaryOperator<T> merge) {
    for (int i = 0; i < CASES; i++) {
      T a = values.get();
      T b = values.get();
      T c = values.get();
      assertThat(merge.apply(merge.apply(a, b), c))
          .as("associative")
          .isEqualTo(merge.apply(a, merge.apply(b, c)));
      assertThat(merge.apply(a, identity)).as("identity at the right").isEqualTo(a);
      assertThat(merge.apply(identity, a)).as("identity at the left").isEqualTo(a);
      assertThat(merge.apply(a, a)).as("idempotent").isEqualTo(a);
    }
  }

  private EventLog<Integer> log() {
    var log = EventLog.<Integer>empty();
    for (int i = random.nextInt(5); i > 0; i--) {
      log = log.merge(EventLog.of("id" + random.nextInt(6), random.nextInt(3)));
    }
    return log;
  }
}
