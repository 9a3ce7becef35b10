package dev.treadle.executor;

import static dev.treadle.executor.PayloadSamples.CODEC;
import static dev.treadle.executor.PayloadSamples.back;
import static dev.treadle.executor.PayloadSamples.read;
import static dev.treadle.executor.PayloadSamples.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.treadle.TypeRef;
import dev.treadle.executor.PayloadSamples.Box;
import dev.treadle.executor.PayloadSamples.Names;
import dev.treadle.executor.PayloadSamples.Node;
import dev.treadle.executor.PayloadSamples.Numbers;
import dev.treadle.executor.PayloadSamples.Reason;
import dev.treadle.executor.PayloadSamples.Small;
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
import java.time.ZonedDateTime;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SequencedSet;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PayloadCodecTest {
  record Id(@JsonValue String text) {
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    Id {}
  }

  @SuppressWarnings("NullableOptional") // what a careless user hands over
  record Absent(@Nullable Optional<String> text) {}

  @SuppressWarnings("ArrayRecordComponent") // arrays are what is tested
  record Arrays(byte[] bytes, int[] ints, String[] texts, char[] letters, double[][] reals) {}

  static class Open {
    public int number;
  }

  static final class Under extends Open {}

  @Test
  void type_sameType_isTheSameCodec() {
    assertThat(CODEC.type(new TypeRef<List<Small>>() {}))
        .isSameAs(CODEC.type(new TypeRef<List<Small>>() {}));
  }

  @Test
  void write_record_isPlainJson() {
    assertThat(write(new TypeRef<Small>() {}, new Small("a", 5, true)))
        .isEqualTo("{\"id\":\"a\",\"cents\":5,\"paid\":true}");
  }

  @Test
  void roundTrip_numbers_areExact() {
    var numbers =
        new Numbers(
            Integer.MIN_VALUE,
            Long.MAX_VALUE,
            Double.MIN_VALUE,
            Float.MAX_VALUE,
            null,
            new BigDecimal("-1.2300E+40"),
            BigInteger.TWO.pow(5000),
            'ü',
            true);
    assertThat(back(new TypeRef<Numbers>() {}, numbers)).isEqualTo(numbers);
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -0.0})
  void roundTrip_specialDoubles_comeBack(double value) {
    assertThat(back(new TypeRef<Double>() {}, value)).isEqualTo(Double.valueOf(value));
    assertThat(back(new TypeRef<Float>() {}, (float) value))
        .isEqualTo(Float.valueOf((float) value));
    assertThat(back(new TypeRef<double[]>() {}, new double[] {value})).containsExactly(value);
  }

  @Test
  void roundTrip_times_areIsoTextToTheNanosecond() {
    var paris = ZoneId.of("Europe/Paris");
    var times =
        new Times(
            Instant.parse("2026-01-02T03:04:05.000000001Z"),
            LocalDate.of(-5, 2, 28),
            OffsetDateTime.parse("2026-01-02T03:04:05.123456789+05:30"),
            // the second of the two 02:30 of that night
            ZonedDateTime.parse("2026-10-25T02:30+02:00[Europe/Paris]").withLaterOffsetAtOverlap(),
            Duration.ofSeconds(-1, 1),
            Year.of(12_345),
            YearMonth.of(12_345, 6));
    assertThat(times.zoned().getZone()).isEqualTo(paris);
    assertThat(back(new TypeRef<Times>() {}, times)).isEqualTo(times);
    assertThat(write(new TypeRef<Instant>() {}, times.instant()))
        .isEqualTo("\"2026-01-02T03:04:05.000000001Z\"");
    for (var extreme : List.of(Instant.MIN, Instant.MAX)) {
      assertThat(back(new TypeRef<Instant>() {}, extreme)).isEqualTo(extreme);
    }
  }

  @Test
  void roundTrip_names_areText() {
    var names =
        new Names(
            UUID.fromString("123e4567-e89b-12d3-a456-426614174000"),
            URI.create("https://example.org/a?b#c"),
            Path.of("some", "folder", "file:x.txt"),
            "tab\t quote\" nul\0 \uD83D\uDE00",
            OptionalLong.of(5));
    assertThat(back(new TypeRef<Names>() {}, names)).isEqualTo(names);
    assertThat(back(new TypeRef<Path>() {}, Path.of(""))).isEqualTo(Path.of(""));
  }

  @Test
  void roundTrip_containers_keepTheirOrder() {
    var set = new LinkedHashSet<>(List.of("z", "a", "m", "b", "y"));
    assertThat(back(new TypeRef<Set<String>>() {}, set)).containsExactlyElementsOf(set);
    assertThat(back(new TypeRef<SequencedSet<String>>() {}, set)).containsExactlyElementsOf(set);
    var map = new LinkedHashMap<Integer, String>();
    set.forEach(text -> map.put(100 - map.size(), text));
    assertThat(back(new TypeRef<Map<Integer, String>>() {}, map).entrySet())
        .containsExactlyElementsOf(map.entrySet());
    Deque<String> deque = new ArrayDeque<>(set);
    assertThat(back(new TypeRef<Deque<String>>() {}, deque)).containsExactlyElementsOf(set);
  }

  @Test
  void roundTrip_keys_comeBackEqual() {
    var byReason = new EnumMap<>(Map.of(Reason.LOST, 1));
    assertThat(back(new TypeRef<EnumMap<Reason, Integer>>() {}, byReason)).isEqualTo(byReason);
    var byDate = Map.of(LocalDate.of(2026, 1, 2), EnumSet.of(Reason.LATE));
    assertThat(back(new TypeRef<Map<LocalDate, EnumSet<Reason>>>() {}, byDate)).isEqualTo(byDate);
    var byPath = Map.of(Path.of("a/b"), UUID.randomUUID());
    assertThat(back(new TypeRef<Map<Path, UUID>>() {}, byPath)).isEqualTo(byPath);
    var byFlag = Map.of(true, 'x', false, 'y');
    assertThat(back(new TypeRef<Map<Boolean, Character>>() {}, byFlag)).isEqualTo(byFlag);
  }

  @Test
  void roundTrip_arrays_comeBack() {
    var arrays =
        new Arrays(
            new byte[] {-1, 0, 1},
            new int[] {1, 2},
            new String[] {"a"},
            new char[] {'b'},
            new double[][] {{0.5}, {}});
    assertThat(back(new TypeRef<Arrays>() {}, arrays)).usingRecursiveComparison().isEqualTo(arrays);
    assertThat(write(new TypeRef<byte[]>() {}, arrays.bytes())).isEqualTo("\"/wAB\"");
  }

  @Test
  void roundTrip_genericsAndCycles_useTheDeclaredArguments() {
    var boxes = Map.of("a", new Box<>(Optional.of(LocalDate.MAX)));
    assertThat(back(new TypeRef<Map<String, Box<Optional<LocalDate>>>>() {}, boxes))
        .isEqualTo(boxes);
    var node =
        new Node("a", new Node("b", null, List.of()), List.of(new Node("c", null, List.of())));
    assertThat(back(new TypeRef<Node>() {}, node)).isEqualTo(node);
  }

  @Test
  void roundTrip_optionals_comeBack() {
    assertThat(back(new TypeRef<Optional<String>>() {}, Optional.empty())).isEmpty();
    assertThat(back(new TypeRef<OptionalInt>() {}, OptionalInt.empty())).isEmpty();
    var absent = new Absent(Optional.empty());
    assertThat(back(new TypeRef<Absent>() {}, absent)).isEqualTo(absent);
  }

  @Test
  void write_nullForOptional_isRefused() {
    assertThatThrownBy(() -> write(new TypeRef<Absent>() {}, new Absent(null)))
        .isInstanceOf(PayloadException.class)
        .hasMessageContaining("$.text: it is null where an Optional is declared");
  }

  @Test
  void roundTrip_jsonValueWithDelegatingCreator_comesBack() {
    assertThat(back(new TypeRef<Id>() {}, new Id("a"))).isEqualTo(new Id("a"));
  }

  @Test
  void write_subclassOfTheDeclaredClass_isRefused() {
    assertThat(write(new TypeRef<Open>() {}, new Open())).isEqualTo("{\"number\":0}");
    assertThatThrownBy(() -> write(new TypeRef<List<Open>>() {}, List.of(new Under())))
        .isInstanceOf(PayloadException.class)
        .hasMessageContaining("subclass");
  }

  @Test
  void nullAtTheRoot_isRefused() {
    assertThatThrownBy(() -> write(new TypeRef<String>() {}, null))
        .isInstanceOf(PayloadException.class)
        .hasMessage("can't store the value: it is null");
    assertThatThrownBy(() -> read(new TypeRef<String>() {}, "null"))
        .isInstanceOf(PayloadException.class)
        .hasMessage("can't read the value: it is null");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\uD800", "a\uDC00", "\uDC00\uD800", "\\\uD83D"})
  void write_halfSurrogatePair_isRefused(String text) {
    for (var value : List.of(Map.of("k", text), Map.of(text, "v"))) {
      assertThatThrownBy(() -> write(new TypeRef<Map<String, String>>() {}, value))
          .isInstanceOf(PayloadException.class)
          .hasMessageContaining("surrogate");
    }
    var literal = "\\uD800 \\\\uD800";
    assertThat(back(new TypeRef<String>() {}, literal)).isEqualTo(literal);
  }
}
