package dev.treadle.executor;

import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.KeyDeserializer;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.module.SimpleModule;

/// A type that is stored as text, by the JDK's own exact form of it, as a value and as the key of a
/// map.
record PayloadText<T>(Class<T> type, Function<T, String> format, Function<String, T> parse) {
  /// All such types.
  static final List<PayloadText<?>> ALL =
      List.of(
          of(Instant.class, Instant::parse),
          of(LocalDate.class, LocalDate::parse),
          of(LocalTime.class, LocalTime::parse),
          of(LocalDateTime.class, LocalDateTime::parse),
          of(OffsetDateTime.class, OffsetDateTime::parse),
          of(OffsetTime.class, OffsetTime::parse),
          of(ZonedDateTime.class, ZonedDateTime::parse),
          of(Duration.class, Duration::parse),
          of(Period.class, Period::parse),
          of(MonthDay.class, MonthDay::parse),
          of(ZoneId.class, ZoneId::of),
          of(ZoneOffset.class, ZoneOffset::of),
          // Year.parse does not take back what toString gives of a year beyond 9999
          of(Year.class, text -> Year.of(Integer.parseInt(text))),
          new PayloadText<>(YearMonth.class, PayloadText::format, YearMonth::parse),
          of(UUID.class, PayloadText::uuid),
          of(URI.class, URI::create),
          new PayloadText<>(Path.class, PayloadText::format, Path::of));

  /// Whether a class is one of these types.
  static boolean is(Class<?> type) {
    return ALL.stream().anyMatch(text -> text.type == type);
  }

  /// Makes a mapper write and read the type so.
  void addTo(SimpleModule module) {
    module.addSerializer(type, new Writer(false));
    module.addKeySerializer(type, new Writer(true));
    module.addDeserializer(type, new Reader());
    module.addKeyDeserializer(type, new KeyReader());
  }

  private static <T> PayloadText<T> of(Class<T> type, Function<String, T> parse) {
    return new PayloadText<>(type, Object::toString, parse);
  }

  private static UUID uuid(String text) {
    if (text.length() != 36) {
      throw new IllegalArgumentException("not a UUID");
    }
    return UUID.fromString(text);
  }

  // the JDK parses a year beyond 9999 only with the sign that it does not print
  private static String format(YearMonth month) {
    return month.getYear() > 9999 ? "+" + month : month.toString();
  }

  private static String format(Path path) {
    if (!path.getFileSystem().equals(FileSystems.getDefault())) {
      throw new IllegalArgumentException("a path of another file system");
    }
    return path.toString();
  }

  private T read(String text, DeserializationContext context) {
    try {
      return parse.apply(text);
    } catch (DateTimeException | IllegalArgumentException _) {
      // its message would quote the text, which may be a secret
      return context.reportInputMismatch(type, "not the text of such a value");
    }
  }

  private final class Writer extends ValueSerializer<T> {
    private final boolean key;

    Writer(boolean key) {
      this.key = key;
    }

    @Override
    public void serialize(T value, JsonGenerator out, SerializationContext context) {
      var text = format.apply(value);
      if (key) {
        out.writeName(text);
      } else {
        out.writeString(text);
      }
    }
  }

  private final class Reader extends ValueDeserializer<T> {
    @Override
    public T deserialize(JsonParser in, DeserializationContext context) {
      if (in.currentToken() != JsonToken.VALUE_STRING) {
        return context.reportInputMismatch(type, "not text");
      }
      return read(in.getString(), context);
    }

    @Override
    public boolean isCachable() {
      return true;
    }
  }

  private final class KeyReader extends KeyDeserializer {
    @Override
    public Object deserializeKey(String key, DeserializationContext context) {
      return read(key, context);
    }
  }
}
