package dev.treadle.executor;

import dev.treadle.TypeRef;
import dev.treadle.executor.PayloadSamples.Box;
import dev.treadle.executor.PayloadSamples.Credit;
import dev.treadle.executor.PayloadSamples.Declined;
import dev.treadle.executor.PayloadSamples.Names;
import dev.treadle.executor.PayloadSamples.Node;
import dev.treadle.executor.PayloadSamples.Numbers;
import dev.treadle.executor.PayloadSamples.Ok;
import dev.treadle.executor.PayloadSamples.Paid;
import dev.treadle.executor.PayloadSamples.Payment;
import dev.treadle.executor.PayloadSamples.Reason;
import dev.treadle.executor.PayloadSamples.Rich;
import dev.treadle.executor.PayloadSamples.Times;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;

/// Reads payloads from anything: either they are refused, or what was read is written and read
/// again as the same.
public final class PayloadFuzz {
  private static final List<PayloadType<?>> TYPES =
      List.of(
          PayloadSamples.CODEC.type(new TypeRef<Rich>() {}),
          PayloadSamples.CODEC.type(new TypeRef<Payment>() {}),
          PayloadSamples.CODEC.type(new TypeRef<Numbers>() {}),
          PayloadSamples.CODEC.type(new TypeRef<Node>() {}),
          PayloadSamples.CODEC.type(new TypeRef<Times>() {}),
          PayloadSamples.CODEC.type(new TypeRef<Map<String, Long>>() {}),
          PayloadSamples.CODEC.type(new TypeRef<RunNotes>() {}),
          PayloadSamples.CODEC.type(new TypeRef<ItemMarks>() {}),
          PayloadSamples.CODEC.type(new TypeRef<GroupMarks>() {}));

  private static final List<String> TEXTS =
      List.of(
          "{\"small\":1,\"large\":-2,\"real\":1.5,\"single\":2.5,\"boxed\":null,\"decimal\":1.0,"
              + "\"integer\":77,\"letter\":\"x\",\"flag\":true}",
          "{\"name\":\"a\",\"next\":{\"name\":\"b\",\"next\":null,\"children\":[]},\"children\":[]}",
          "{\"type\":\"Paid\",\"cents\":7}",
          "{\"instant\":\"2026-11-22T10:00:00Z\",\"date\":\"2026-11-22\"}",
          "{\"count\":7,\"\\u00e9\":9007199254740993}",
          "[[[[]]]]",
          "{\"terminal\":true}");

  private PayloadFuzz() {}

  /// Takes an input: the number of a type, then JSON.
  public static void fuzzerTestOneInput(byte[] input) {
    accept(input, PayloadType::read);
  }

  static void accept(byte[] input, Reading reading) {
    if (input.length == 0) {
      return;
    }
    var type = TYPES.get(Math.floorMod(input[0], TYPES.size()));
    var json = Arrays.copyOfRange(input, 1, input.length);
    Object value;
    try {
      value = reading.read(type, "a value", json);
    } catch (PayloadException e) {
      Objects.requireNonNull(e.getMessage());
      return;
    }
    roundTrip(type, value);
    var longer = Arrays.copyOf(json, json.length + 1);
    longer[json.length] = 'x';
    try {
      reading.read(type, "a value", longer);
    } catch (PayloadException e) {
      return;
    }
    throw new AssertionError("what follows a value was overlooked");
  }

  /// How a payload is read.
  interface Reading {
    Object read(PayloadType<?> type, String where, byte[] json);
  }

  private static void roundTrip(PayloadType<?> type, Object value) {
    var written = type.write("a value", value);
    var again = type.read("a value", written);
    if (!again.equals(value) || !Arrays.equals(written, type.write("a value", again))) {
      throw new AssertionError("it is not the same when it has been stored");
    }
  }

  static List<byte[]> samples() {
    var samples = new ArrayList<byte[]>();
    for (int type = 0; type < TYPES.size(); type++) {
      for (var text : TEXTS) {
        samples.add(sample(type, text.getBytes(StandardCharsets.UTF_8)));
      }
    }
    samples.add(sample(0, TYPES.get(0).write("a sample", rich())));
    samples.add(sample(7, TYPES.get(7).write("a sample", ItemMarks.NONE)));
    samples.add(sample(8, TYPES.get(8).write("a sample", GroupMarks.NONE)));
    return samples;
  }

  private static byte[] sample(int type, byte[] json) {
    var sample = new byte[1 + json.length];
    sample[0] = (byte) type;
    System.arraycopy(json, 0, sample, 1, json.length);
    return sample;
  }

  private static Rich rich() {
    var time = OffsetDateTime.parse("2026-11-22T10:00:00+01:00");
    return new Rich(
        new Numbers(1, 2, 3.5, 4.5f, 5, BigDecimal.ONE, BigInteger.TEN, 'x', true),
        new Times(
            time.toInstant(),
            time.toLocalDate(),
            time,
            time.atZoneSameInstant(ZoneId.of("Europe/Paris")),
            Duration.ofSeconds(77, 1),
            Year.of(2026),
            YearMonth.of(2026, 11)),
        new Names(new UUID(1, 2), URI.create("a:b"), Path.of("c"), "d", OptionalLong.of(7)),
        Optional.of(new Paid(1)),
        List.of(new Declined(), Reason.LOST),
        Map.of(Reason.LATE, List.of(new Credit("8", null))),
        Map.of(9, new Box<>(Reason.LATE)),
        Map.of(time.toLocalDate(), Set.of("e")),
        new Ok<>(new Paid(1), List.of()));
  }
}
