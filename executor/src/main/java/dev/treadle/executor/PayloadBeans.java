package dev.treadle.executor;

import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.deser.SettableBeanProperty;
import tools.jackson.databind.deser.ValueInstantiator;
import tools.jackson.databind.deser.bean.BeanDeserializerBase;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.ser.BeanPropertyWriter;
import tools.jackson.databind.ser.bean.BeanSerializerBase;
import tools.jackson.databind.ser.impl.UnknownSerializer;
import tools.jackson.databind.ser.jackson.JsonValueSerializer;

/// Compares what is written of a class of properties with what is read. Thread-safe.
final class PayloadBeans {
  private static final Set<Class<?>> OURS =
      Set.of(
          PayloadSealed.class,
          PayloadText.class,
          PayloadExact.class,
          PayloadMapper.class,
          PayloadAnnotations.class);
  private final JsonMapper mapper;

  PayloadBeans(JsonMapper mapper) {
    this.mapper = mapper;
  }

  /// The types of what a class is written as, by name; none where it has a serializer of its own.
  Map<String, JavaType> parts(JavaType type) {
    var config = mapper.serializationConfig();
    var introspector = config.getAnnotationIntrospector();
    var description = mapper._serializationContext().lazyIntrospectBeanDescription(type).get();
    var parts = new LinkedHashMap<String, JavaType>();
    if (introspector.findSerializer(config, description.getClassInfo()) != null) {
      return parts;
    }
    var only = description.findJsonValueAccessor();
    if (only != null) {
      parts.put(only.getName(), only.getType());
      return parts;
    }
    for (var property : description.findProperties()) {
      var accessor = property.getAccessor();
      if (accessor != null && introspector.findSerializer(config, accessor) == null) {
        parts.put(property.getName(), property.getPrimaryType());
      }
    }
    return parts;
  }

  /// What keeps objects of a class from being read as they are written.
  List<String> faults(JavaType type) {
    var writer = writer(type);
    var reader = mapper._deserializationContext().findContextualValueDeserializer(type, null);
    if (isForeign(writer) != isForeign(reader)) {
      return List.of(
          type.getRawClass().getName()
              + " has a serializer or a deserializer of its own, but not both");
    }
    if (isForeign(writer)) {
      return List.of();
    }
    if (writer instanceof JsonValueSerializer) {
      return single(type, reader);
    }
    if (Modifier.isAbstract(type.getRawClass().getModifiers())) {
      return List.of(
          type.getRawClass().getName() + " is open to any subclass; seal it or name a class");
    }
    return (writer instanceof BeanSerializerBase || writer instanceof UnknownSerializer)
            && reader instanceof BeanDeserializerBase beans
        ? properties(writer, beans)
        : List.of(type.getRawClass().getName() + " is not an object with properties");
  }

  /// Which of the names that a sealed type adds the class has itself.
  List<String> markers(JavaType type) {
    return parts(type).keySet().stream()
        .filter(Set.of(PayloadSealed.TYPE, PayloadSealed.VALUE)::contains)
        .toList();
  }

  /// Why a type can't be taken at all. Such messages speak of types, never of values.
  static String definition(JavaType type, RuntimeException problem) {
    var message =
        problem instanceof JacksonException jackson
            ? jackson.getOriginalMessage()
            : problem.getMessage();
    return type.getRawClass().getName() + " has no usable form: " + message;
  }

  static String simpleName(Type type) {
    return switch (type) {
      case Class<?> raw -> raw.getSimpleName();
      case ParameterizedType generic -> simpleName(generic.getRawType());
      default -> type.getTypeName();
    };
  }

  private ValueSerializer<?> writer(JavaType type) {
    ValueSerializer<?> writer =
        mapper._serializationContext().findContentValueSerializer(type, null);
    return writer instanceof PayloadExact exact ? exact.getDelegatee() : writer;
  }

  private static boolean isForeign(Object codec) {
    var type = codec.getClass();
    return !type.getName().startsWith("tools.jackson.") && !OURS.contains(type.getNestHost());
  }

  private List<String> single(JavaType type, ValueDeserializer<?> reader) {
    var context = mapper._serializationContext();
    var accessor = context.lazyIntrospectBeanDescription(type).get().findJsonValueAccessor();
    var value = accessor.getType();
    if (reader instanceof BeanDeserializerBase beans
        && takes(beans.getValueInstantiator(), value)) {
      return List.of();
    }
    return List.of(
        type.getRawClass().getName()
            + " is written by @JsonValue but has no @JsonCreator(mode = DELEGATING) that takes a "
            + value.getRawClass().getName());
  }

  private boolean takes(ValueInstantiator maker, JavaType value) {
    var raw = value.getRawClass();
    return value.equals(maker.getDelegateType(mapper.deserializationConfig()))
        || (raw == String.class && maker.canCreateFromString())
        || ((raw == int.class || raw == Integer.class) && maker.canCreateFromInt())
        || ((raw == long.class || raw == Long.class) && maker.canCreateFromLong())
        || ((raw == double.class || raw == Double.class) && maker.canCreateFromDouble())
        || ((raw == boolean.class || raw == Boolean.class) && maker.canCreateFromBoolean())
        || (raw == BigInteger.class && maker.canCreateFromBigInteger())
        || (raw == BigDecimal.class && maker.canCreateFromBigDecimal());
  }

  private List<String> properties(ValueSerializer<?> writer, BeanDeserializerBase reader) {
    var faults = new ArrayList<String>();
    if (!reader.getValueInstantiator().canInstantiate()) {
      faults.add("it has no constructor that can be used; make it a record");
    }
    var written = written(writer);
    var read = read(reader);
    written.forEach((name, property) -> {
      var other = read.remove(name);
      if (other == null) {
        faults.add("property " + name + " is written but can't be read back");
      } else {
        compare(name, property, other, faults::add);
      }
    });
    read.keySet().forEach(name -> faults.add("property " + name + " is read but never written"));
    return faults;
  }

  private static Map<String, BeanPropertyWriter> written(ValueSerializer<?> writer) {
    var properties = new LinkedHashMap<String, BeanPropertyWriter>();
    writer
        .properties()
        .forEachRemaining(
            property -> properties.put(property.getName(), (BeanPropertyWriter) property));
    return properties;
  }

  private static Map<String, SettableBeanProperty> read(BeanDeserializerBase reader) {
    var properties = new LinkedHashMap<String, SettableBeanProperty>();
    reader.properties().forEachRemaining(property -> properties.put(property.getName(), property));
    reader
        .creatorProperties()
        .forEachRemaining(property -> properties.put(property.getName(), property));
    return properties;
  }

  private static void compare(
      String name, BeanPropertyWriter written, SettableBeanProperty read, Consumer<String> faults) {
    var own =
        Stream.of(written.getSerializer(), read.getValueDeserializer())
            .filter(codec -> codec != null && isForeign(codec))
            .count();
    if (own == 1) {
      faults.accept(
          "property " + name + " has a serializer or a deserializer of its own, but not both");
    } else if (own == 0 && !written.getType().equals(read.getType())) {
      faults.accept(
          "property "
              + name
              + " is written as "
              + written.getType().toCanonical()
              + " but read as "
              + read.getType().toCanonical());
    }
  }
}
