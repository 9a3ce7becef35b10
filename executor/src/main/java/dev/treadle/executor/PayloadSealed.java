package dev.treadle.executor;

import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.deser.bean.BeanDeserializerBase;
import tools.jackson.databind.util.NameTransformer;

/// How values of a sealed type are stored: as their object with the simple name of their class
/// before its properties, `{"@type":"Paid","cents":5}`, or, where they are no objects (enums), as
/// `{"@type":"Reason","@value":"LATE"}`. Names are looked up among the permitted classes only.
final class PayloadSealed {
  /// The property that holds the name of the class.
  static final String TYPE = "@type";

  /// The property that holds a value that is not an object.
  static final String VALUE = "@value";

  private PayloadSealed() {}

  /// Whether a type is stored so. An enum whose constants have bodies is sealed too, but is not.
  static boolean is(Class<?> type) {
    return type.isSealed() && !type.isEnum();
  }

  /// The classes that a value of a sealed type can have, through sealed types among them.
  static List<Class<?>> leaves(Class<?> root) {
    var leaves = new ArrayList<Class<?>>();
    for (var permitted : root.getPermittedSubclasses()) {
      if (is(permitted) && Modifier.isAbstract(permitted.getModifiers())) {
        leaves.addAll(leaves(permitted));
      } else {
        leaves.add(permitted);
      }
    }
    return leaves.stream().distinct().toList();
  }

  private static Map<String, Class<?>> byName(Class<?> root) {
    var names = new LinkedHashMap<String, Class<?>>();
    leaves(root).forEach(leaf -> names.put(leaf.getSimpleName(), leaf));
    return names;
  }

  /// Writes values of one sealed type. Thread-safe.
  static final class Writer extends ValueSerializer<Object> {
    private final JavaType root;
    private final Map<Class<?>, Leaf> known = new ConcurrentHashMap<>();

    private record Leaf(String name, ValueSerializer<Object> whole, ValueSerializer<Object> parts) {
      boolean isObject() {
        return parts.isUnwrappingSerializer();
      }
    }

    Writer(JavaType root) {
      this.root = root;
    }

    @Override
    public void serialize(Object value, JsonGenerator out, SerializationContext context) {
      var leaf = leaf(value, context);
      out.writeStartObject();
      out.writeStringProperty(TYPE, leaf.name);
      if (leaf.isObject()) {
        leaf.parts.serialize(value, out, context);
      } else {
        out.writeName(VALUE);
        leaf.whole.serialize(value, out, context);
      }
      out.writeEndObject();
    }

    private Leaf leaf(Object value, SerializationContext context) {
      var type =
          value instanceof Enum<?> constant ? constant.getDeclaringClass() : value.getClass();
      var leaf = known.get(type);
      if (leaf == null) {
        leaf = find(type, context);
        known.put(type, leaf);
      }
      return leaf;
    }

    private Leaf find(Class<?> type, SerializationContext context) {
      if (!leaves(root.getRawClass()).contains(type)) {
        return context.reportBadDefinition(
            root, type.getName() + " is not one of the permitted classes of this sealed type");
      }
      var leafType = context.constructSpecializedType(root, type);
      var whole = context.findContentValueSerializer(leafType, null);
      return new Leaf(type.getSimpleName(), whole, whole.unwrappingSerializer(NameTransformer.NOP));
    }
  }

  /// Reads values of one sealed type. Thread-safe.
  static final class Reader extends ValueDeserializer<Object> {
    private final JavaType root;
    private final Map<String, Class<?>> permitted;
    private final Map<String, ValueDeserializer<Object>> known = new ConcurrentHashMap<>();

    Reader(JavaType root) {
      this.root = root;
      this.permitted = byName(root.getRawClass());
    }

    @Override
    public boolean isCachable() {
      return true;
    }

    @Override
    public @Nullable Object deserialize(JsonParser in, DeserializationContext context) {
      if (in.currentToken() != JsonToken.START_OBJECT
          || !TYPE.equals(in.nextName())
          || in.nextToken() != JsonToken.VALUE_STRING) {
        return context.reportInputMismatch(root, "an object that begins with @type is expected");
      }
      var leaf = leaf(in.getString(), context);
      if (in.nextToken() == JsonToken.PROPERTY_NAME && VALUE.equals(in.currentName())) {
        return value(leaf, in, context);
      }
      if (!(leaf instanceof BeanDeserializerBase)) {
        return context.reportInputMismatch(root, "@value is missing");
      }
      return leaf.deserialize(in, context);
    }

    private Object value(
        ValueDeserializer<Object> leaf, JsonParser in, DeserializationContext context) {
      if (in.nextToken() == JsonToken.VALUE_NULL) {
        return context.reportInputMismatch(root, "@value is null");
      }
      var value = leaf.deserialize(in, context);
      if (in.nextToken() != JsonToken.END_OBJECT) {
        return context.reportInputMismatch(root, "something follows @value");
      }
      return value;
    }

    private ValueDeserializer<Object> leaf(String name, DeserializationContext context) {
      var leaf = known.get(name);
      if (leaf != null) {
        return leaf;
      }
      var type = permitted.get(name);
      if (type == null) {
        return context.reportInputMismatch(root, "@type names none of the permitted classes");
      }
      var leafType = context.constructSpecializedType(root, type);
      var found = context.findContextualValueDeserializer(leafType, null);
      known.put(name, found);
      return found;
    }
  }
}
