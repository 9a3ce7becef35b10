package dev.treadle.executor;

import dev.treadle.TypeRef;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Payload types that the tests share, and short ways to write and read them.
final class PayloadSamples {
  static final PayloadCodec CODEC = new PayloadCodec(PayloadLimits.defaults());

  private PayloadSamples() {}

  sealed interface Payment {}

  record Paid(int cents) implements Payment {}

  record Declined() implements Payment {}

  sealed interface Card extends Payment {}

  record Credit(String number, @Nullable Payment before) implements Card {}

  enum Reason implements Payment {
    LATE,
    LOST {
      @Override
      public String toString() {
        return "gone";
      }
    }
  }

  sealed interface Result<T> {}

  record Ok<T>(T value, List<T> more) implements Result<T> {}

  record Failed<T>(String why) implements Result<T> {}

  record Box<T>(T value) {}

  record Times(
      Instant instant,
      LocalDate date,
      OffsetDateTime offset,
      ZonedDateTime zoned,
      Duration duration,
      Year year,
      YearMonth month) {}

  record Numbers(
      int small,
      long large,
      double real,
      float single,
      @Nullable Integer boxed,
      BigDecimal decimal,
      BigInteger integer,
      char letter,
      boolean flag) {}

  record Names(UUID id, URI uri, Path path, String text, OptionalLong count) {}

  record Node(String name, @Nullable Node next, List<Node> children) {}

  record Rich(
      Numbers numbers,
      Times times,
      Names names,
      Optional<Payment> payment,
      List<Payment> payments,
      Map<Reason, List<Payment>> byReason,
      Map<Integer, Box<Payment>> byNumber,
      Map<LocalDate, Set<String>> byDate,
      Result<Payment> result) {}

  record Small(String id, int cents, boolean paid) {}

  static byte[] bytes(String json) {
    return json.getBytes(StandardCharsets.UTF_8);
  }

  static <T> String write(TypeRef<T> type, @Nullable Object value) {
    return new String(CODEC.type(type).write("the value", value), StandardCharsets.UTF_8);
  }

  static <T> T read(TypeRef<T> type, String json) {
    return CODEC.type(type).read("the value", bytes(json));
  }

  static <T> T back(TypeRef<T> type, T value) {
    return read(type, write(type, value));
  }
}
