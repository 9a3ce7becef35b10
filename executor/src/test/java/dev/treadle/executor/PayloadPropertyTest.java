package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.TypeRef;
import dev.treadle.executor.PayloadSamples.Box;
import dev.treadle.executor.PayloadSamples.Credit;
import dev.treadle.executor.PayloadSamples.Declined;
import dev.treadle.executor.PayloadSamples.Failed;
import dev.treadle.executor.PayloadSamples.Names;
import dev.treadle.executor.PayloadSamples.Numbers;
import dev.treadle.executor.PayloadSamples.Ok;
import dev.treadle.executor.PayloadSamples.Paid;
import dev.treadle.executor.PayloadSamples.Payment;
import dev.treadle.executor.PayloadSamples.Reason;
import dev.treadle.executor.PayloadSamples.Result;
import dev.treadle.executor.PayloadSamples.Rich;
import dev.treadle.executor.PayloadSamples.Times;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Random values of a rich type are written, read back and compared. A seed that fails is in the
/// name of the test.
final class PayloadPropertyTest {
  private static final int EACH = 2_500;
  private static final TypeRef<Rich> RICH = new TypeRef<>() {};
  private static final List<ZoneId> ZONES =
      List.of(
          ZoneOffset.UTC,
          ZoneOffset.ofHoursMinutesSeconds(-3, -4, -5),
          ZoneId.of("UTC"),
          ZoneId.of("GMT+2"),
          ZoneId.of("Europe/Paris"),
          ZoneId.of("America/St_Johns"));

  static LongStream seeds() {
    return LongStream.range(0, 8);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void roundTrip_randomValues_comeBackEqual(long seed) {
    var codec = PayloadSamples.CODEC.type(RICH);
    var values = new Values(seed);
    for (var i = 0; i < EACH; i++) {
      var value = values.rich();
      var bytes = codec.write("the value", value);
      var back = codec.read("the value", bytes);
      assertThat(back).as("value %d of seed %d", i, seed).isEqualTo(value);
      assertThat(codec.write("the value", back)).isEqualTo(bytes);
    }
  }

  /// Bytes changed at random are refused or read as a value that can be written: never another
  /// exception.
  @ParameterizedTest
  @MethodSource("seeds")
  void read_damagedBytes_answersOrRefuses(long seed) {
    var codec = PayloadSamples.CODEC.type(RICH);
    var values = new Values(seed);
    var refused = 0;
    for (var i = 0; i < EACH / 5; i++) {
      var bytes = codec.write("the value", values.rich());
      values.damage(bytes);
      try {
        assertThat(codec.read("the value", bytes)).isNotNull();
      } catch (PayloadException fault) {
        assertThat(fault).hasMessageStartingWith("can't read the value: $").hasNoCause();
        refused++;
      }
    }
    assertThat(refused).isBetween(EACH / 20, EACH / 5);
  }

  @Test
  void values_ofOneSeed_areTheSame() {
    assertThat(new Values(5).rich()).isEqualTo(new Values(5).rich());
  }

  /// Makes values from a seed.
  private static final class Values {
    private final RandomGenerator random;

    Values(long seed) {
      random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }

    Rich rich() {
      return new Rich(
          numbers(),
          times(),
          names(),
          random.nextBoolean() ? Optional.empty() : Optional.of(payment(3)),
          list(() -> payment(2)),
          map(() -> pick(Reason.values()), () -> list(() -> payment(1))),
          map(random::nextInt, () -> new Box<>(payment(1))),
          map(this::date, () -> new LinkedHashSet<>(list(this::text))),
          result());
    }

    void damage(byte[] bytes) {
      for (var i = random.nextInt(1, 4); i > 0; i--) {
        bytes[random.nextInt(bytes.length)] =
            random.nextBoolean()
                ? (byte) random.nextInt()
                : (byte) "{}[]\",:0-\\".charAt(random.nextInt(10));
      }
    }

    private Payment payment(int depth) {
      return switch (random.nextInt(4)) {
        case 0 -> new Paid(random.nextInt());
        case 1 -> new Declined();
        case 2 -> pick(Reason.values());
        default -> new Credit(text(), before(depth));
      };
    }

    private @Nullable Payment before(int depth) {
      return depth == 0 ? null : payment(depth - 1);
    }

    private Result<Payment> result() {
      return random.nextBoolean()
          ? new Failed<>(text())
          : new Ok<>(payment(1), list(() -> payment(0)));
    }

    private Numbers numbers() {
      return new Numbers(
          random.nextInt(),
          random.nextLong(),
          Double.longBitsToDouble(random.nextLong()),
          Float.intBitsToFloat(random.nextInt()),
          random.nextBoolean() ? null : (Integer) random.nextInt(),
          new BigDecimal(integer(), random.nextInt(-400, 400)),
          integer(),
          (char) random.nextInt(0xD800),
          random.nextBoolean());
    }

    private BigInteger integer() {
      var bytes = new byte[random.nextInt(1, 40)];
      random.nextBytes(bytes);
      return new BigInteger(bytes);
    }

    private Times times() {
      var instant =
          Instant.ofEpochSecond(
              random.nextLong(-400_000_000_000L, 400_000_000_000L), random.nextInt(1_000_000_000));
      var offset = ZoneOffset.ofTotalSeconds(random.nextInt(-64_800, 64_801));
      return new Times(
          instant,
          date(),
          OffsetDateTime.ofInstant(instant, offset),
          ZonedDateTime.ofInstant(instant, pick(ZONES.toArray(ZoneId[]::new))),
          Duration.ofSeconds(random.nextLong(), random.nextInt(-999_999_999, 1)),
          Year.of(random.nextInt(-999_999_999, 999_999_999)),
          YearMonth.of(random.nextInt(-999_999_999, 999_999_999), random.nextInt(1, 13)));
    }

    private LocalDate date() {
      return LocalDate.ofEpochDay(random.nextInt(-5_000_000, 5_000_000));
    }

    private Names names() {
      return new Names(
          new UUID(random.nextLong(), random.nextLong()),
          URI.create("x:" + Math.abs(random.nextInt()) + "?q=%20#" + random.nextInt(9)),
          Path.of("f" + random.nextInt(99), "a b", "c\"d\\e"),
          text(),
          random.nextBoolean() ? OptionalLong.empty() : OptionalLong.of(random.nextLong()));
    }

    private String text() {
      var text = new StringBuilder();
      for (var i = random.nextInt(12); i > 0; i--) {
        switch (random.nextInt(6)) {
          case 0 ->
              text.append(
                  "\"\\/\b\n\r\t\0\u001f\u007f\u2028\u00a0\ufeff".charAt(random.nextInt(13)));
          case 1 -> text.append("@type");
          case 2 -> text.append("\\uD800");
          case 3 -> text.appendCodePoint(random.nextInt(0x10000, 0x110000));
          case 4 -> text.append((char) random.nextInt(0xD800));
          default -> text.append((char) random.nextInt(' ', 127));
        }
      }
      return text.toString();
    }

    private <T> T pick(T[] of) {
      return of[random.nextInt(of.length)];
    }

    private <T> List<T> list(Supplier<T> part) {
      var list = new ArrayList<T>();
      for (var i = random.nextInt(4); i > 0; i--) {
        list.add(part.get());
      }
      return list;
    }

    private <K, V> Map<K, V> map(Supplier<K> key, Supplier<V> value) {
      var map = new LinkedHashMap<K, V>();
      for (var i = random.nextInt(4); i > 0; i--) {
        map.put(key.get(), value.get());
      }
      return map;
    }
  }
}
