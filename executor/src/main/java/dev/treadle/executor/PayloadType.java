package dev.treadle.executor;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/// Writes and reads the values of one declared type. Thread-safe.
final class PayloadType<T> {
  private final JsonMapper mapper;
  private final PayloadLimits limits;
  private final ObjectWriter writer;
  private final ObjectReader reader;
  private final int scanFrom;
  private final Class<?> rawClass;

  PayloadType(JsonMapper mapper, PayloadLimits limits, JavaType type) {
    this.mapper = mapper;
    this.limits = limits;
    this.writer = mapper.writerFor(type);
    this.reader = mapper.readerFor(type);
    this.rawClass = type.getRawClass();
    this.scanFrom =
        Math.min(PayloadMapper.MAX_DIGITS, Math.min(limits.maxStringLength(), limits.maxTokens()));
  }

  /// The class of the values, without type arguments.
  Class<?> rawClass() {
    return rawClass;
  }

  /// Writes a value; what comes out can be read.
  ///
  /// @throws PayloadException if it is null, can't be written as its declared type or is over a
  ///   limit
  byte[] write(String where, @Nullable Object value) {
    if (value == null) {
      throw new PayloadException(where, "can't store " + where + ": it is null");
    }
    var buffer = new PayloadBuffer(limits.maxBytes());
    try {
      writer.writeValue(buffer, value);
    } catch (JacksonException problem) {
      throw buffer.isFull()
          ? tooLong("can't store ", where)
          : PayloadProblem.onWrite(where, problem);
    } catch (RuntimeException thrown) {
      throw PayloadProblem.onUserCode("can't store ", where, thrown);
    }
    var bytes = buffer.toBytes();
    if (bytes.length > scanFrom) {
      scan(where, bytes);
    }
    return whole(where, bytes);
  }

  /// Reads a value.
  ///
  /// @throws PayloadException if the bytes are not exactly one value of the type, or over a limit
  T read(String where, byte[] bytes) {
    if (bytes.length > limits.maxBytes()) {
      throw tooLong("can't read ", where);
    }
    try {
      T value = reader.readValue(bytes);
      if (value != null) {
        return value;
      }
    } catch (JacksonException problem) {
      throw PayloadProblem.onRead(where, problem);
    } catch (RuntimeException thrown) {
      throw PayloadProblem.onUserCode("can't read ", where, thrown);
    }
    throw new PayloadException(where, "can't read " + where + ": it is null");
  }

  // a reader checks these limits, a writer does not
  private void scan(String where, byte[] bytes) {
    try (JsonParser in = mapper.createParser(bytes)) {
      while (in.nextToken() != null) {
        if (in.currentToken() == JsonToken.VALUE_STRING
            && in.getStringLength() > limits.maxStringLength()) {
          throw new PayloadException(
              where,
              "can't store "
                  + where
                  + ": over a limit: a text in it has more than the "
                  + limits.maxStringLength()
                  + " characters of PayloadLimits.maxStringLength");
        }
      }
    } catch (JacksonException problem) {
      throw PayloadProblem.onWrite(where, problem);
    }
  }

  private PayloadException tooLong(String what, String where) {
    return new PayloadException(
        where,
        what
            + where
            + ": it has more than the "
            + limits.maxBytes()
            + " bytes of PayloadLimits.maxBytes; store big data elsewhere and pass a reference");
  }

  // half of a surrogate pair is no character; it is written only as an escape, a whole pair never
  private static byte[] whole(String where, byte[] bytes) {
    for (var at = 0; at < bytes.length - 3; at++) {
      if (bytes[at] == '\\') {
        if (bytes[at + 1] == 'u' && (bytes[at + 2] == 'D' || bytes[at + 2] == 'd')) {
          throw new PayloadException(
              where,
              "can't store "
                  + where
                  + ": a text in it holds half of a surrogate pair (bad UTF-16)");
        }
        at++;
      }
    }
    return bytes;
  }
}
