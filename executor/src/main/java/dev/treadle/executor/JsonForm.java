package dev.treadle.executor;

import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.json.JsonMapper;

/// Compares JSON by what it says, whatever the order of keys and the spelling of numbers.
/// Thread-safe.
final class JsonForm {
  private final JsonMapper mapper;

  JsonForm(JsonMapper mapper) {
    this.mapper = mapper;
  }

  byte[] canonical(String where, byte[] json) {
    var bytes = new ByteArrayOutputStream(json.length);
    try (var out = mapper.createGenerator(bytes)) {
      write(tree(json), out);
    } catch (JacksonException problem) {
      throw PayloadProblem.onRead(where, problem);
    }
    return bytes.toByteArray();
  }

  boolean same(String where, byte[] one, byte[] other) {
    return Arrays.equals(one, other)
        || Arrays.equals(canonical(where, one), canonical(where, other));
  }

  private @Nullable Object tree(byte[] json) {
    try (var in = mapper.createParser(json)) {
      in.nextToken();
      var tree = value(in);
      if (in.nextToken() != null) {
        throw new StreamReadException(in, "something follows the value");
      }
      return tree;
    }
  }

  // the depth of the recursion is limited by the parser
  private static @Nullable Object value(JsonParser in) {
    return switch (in.currentToken()) {
      case START_OBJECT -> object(in);
      case START_ARRAY -> array(in);
      case VALUE_STRING -> in.getString();
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> in.getDecimalValue().stripTrailingZeros();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      case null, default -> throw new StreamReadException(in, "a value is expected");
    };
  }

  private static Map<String, @Nullable Object> object(JsonParser in) {
    var object = new TreeMap<String, @Nullable Object>();
    for (var name = in.nextName(); name != null; name = in.nextName()) {
      in.nextToken();
      object.put(name, value(in));
    }
    return object;
  }

  private static List<@Nullable Object> array(JsonParser in) {
    var array = new ArrayList<@Nullable Object>();
    while (in.nextToken() != JsonToken.END_ARRAY) {
      array.add(value(in));
    }
    return array;
  }

  private static void write(@Nullable Object value, JsonGenerator out) {
    switch (value) {
      case Map<?, ?> object -> {
        out.writeStartObject();
        object.forEach((name, part) -> {
          out.writeName((String) name);
          write(part, out);
        });
        out.writeEndObject();
      }
      case List<?> array -> {
        out.writeStartArray();
        array.forEach(part -> write(part, out));
        out.writeEndArray();
      }
      case BigDecimal number -> out.writeNumber(number);
      case Boolean flag -> out.writeBoolean(flag);
      case null -> out.writeNull();
      default -> out.writeString(value.toString());
    }
  }
}
