package dev.treadle.executor;

import dev.treadle.TypeRef;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.json.JsonMapper;

/// Says, without a sample value, whether a declared type is one that reads back what it writes.
/// What is not known to is refused. Thread-safe.
final class PayloadCheck {
  private static final Set<Class<?>> SCALARS =
      Set.of(
          String.class,
          Boolean.class,
          Byte.class,
          Short.class,
          Character.class,
          Integer.class,
          Long.class,
          Float.class,
          Double.class,
          BigInteger.class,
          BigDecimal.class,
          OptionalInt.class,
          OptionalLong.class,
          OptionalDouble.class);
  private static final Set<Class<?>> KEYS =
      Set.of(
          String.class,
          Boolean.class,
          Byte.class,
          Short.class,
          Character.class,
          Integer.class,
          Long.class);

  private final JsonMapper mapper;
  private final PayloadBeans beans;

  PayloadCheck(JsonMapper mapper) {
    this.mapper = mapper;
    this.beans = new PayloadBeans(mapper);
  }

  /// The faults of a type, each with where and the path to it; empty if it has none.
  List<String> faults(String where, Type type) {
    var walk = new Walk(where);
    walk.type(mapper.constructType(type), PayloadBeans.simpleName(type));
    return List.copyOf(walk.faults);
  }

  /// Writes a value, reads it back and writes that: what comes out must be the same.
  static <T> Optional<String> roundTripFault(
      PayloadCodec codec, String where, TypeRef<T> type, T value) {
    try {
      var form = codec.type(type);
      var written = form.write(where, value);
      var again = form.write(where, form.read(where, written));
      return codec.sameJson(where, written, again)
          ? Optional.empty()
          : Optional.of(
              where
                  + ": "
                  + PayloadBeans.simpleName(type.type())
                  + " is not the same after it was stored and read back; look at what its"
                  + " constructor and accessors change");
    } catch (PayloadException fault) {
      return Optional.of(Objects.requireNonNull(fault.getMessage()));
    }
  }

  private static boolean isFromJdk(Class<?> type) {
    var module = type.getModule().getName();
    return module != null && (module.startsWith("java.") || module.startsWith("jdk."));
  }

  /// One walk through a type and what it is made of. Confined to one thread.
  private final class Walk {
    private final String where;
    private final List<String> faults = new ArrayList<>();
    private final Set<JavaType> seen = new HashSet<>();

    Walk(String where) {
      this.where = where;
    }

    private void fault(String path, String why) {
      faults.add(where + ": " + path + ": " + why);
    }

    void type(JavaType type, String path) {
      var raw = type.getRawClass();
      if (isKnown(raw)) {
        return;
      }
      if (raw == Object.class) {
        fault(
            path, "Object, a raw type or an open wildcard says nothing to read back; name a type");
      } else if (raw.isArray()) {
        element(type.getContentType(), path + "[]");
      } else if (raw == Optional.class) {
        optional(type.getContentType(), path);
      } else if (PayloadContainers.isMap(raw)) {
        key(type.getKeyType(), path);
        element(type.getContentType(), path + "[]");
      } else if (PayloadContainers.isCollection(raw)) {
        element(type.getContentType(), path + "[]");
      } else if (isFromJdk(raw)) {
        fault(
            path,
            raw.getName() + " is not a type that can be stored; use a record of plain values");
      } else if (raw.isEnum()) {
        constants(type, path);
      } else {
        userType(type, path);
      }
    }

    private boolean isKnown(Class<?> raw) {
      return (raw.isPrimitive() && raw != void.class)
          || SCALARS.contains(raw)
          || PayloadText.is(raw);
    }

    // null and an empty Optional look the same
    private void element(JavaType type, String path) {
      if (type.getRawClass() == Optional.class || isPrimitiveOptional(type)) {
        fault(path, "an Optional as an element can't be told from null; leave absent ones out");
      } else {
        type(type, path);
      }
    }

    private void optional(JavaType type, String path) {
      if (type.getRawClass() == Optional.class || isPrimitiveOptional(type)) {
        fault(path, "an Optional of an Optional can't be told from an empty one; use one");
      } else {
        type(type, path);
      }
    }

    private boolean isPrimitiveOptional(JavaType type) {
      return type.getRawClass().getName().startsWith("java.util.Optional");
    }

    private void key(JavaType type, String path) {
      var raw = type.getRawClass();
      if (raw.isEnum()) {
        constants(type, path + " (key)");
      } else if (!KEYS.contains(raw) && !PayloadText.is(raw)) {
        fault(
            path, "keys of type " + raw.getName() + " do not come back equal; use text or an enum");
      }
    }

    private void userType(JavaType type, String path) {
      var raw = type.getRawClass();
      if (!seen.add(type)) {
        return;
      }
      if (Throwable.class.isAssignableFrom(raw)) {
        fault(path, raw.getName() + " is an exception; store what is to be known of it");
      } else if (raw.isAnonymousClass() || (raw.isLocalClass() && !raw.isRecord())) {
        fault(path, raw.getName() + " is a local class; move it out of the method");
      } else if (raw.isMemberClass() && !Modifier.isStatic(raw.getModifiers())) {
        fault(path, raw.getName() + " is an inner class; make it static");
      } else if (PayloadSealed.is(raw)) {
        sealedType(type, path);
      } else if (Map.class.isAssignableFrom(raw) || Iterable.class.isAssignableFrom(raw)) {
        fault(path, raw.getName() + " is a container of its own; declare List, Set or Map");
      } else {
        bean(type, path);
      }
    }

    private void sealedType(JavaType type, String path) {
      var raw = type.getRawClass();
      if (!Modifier.isAbstract(raw.getModifiers())) {
        fault(path, raw.getName() + " is sealed but not abstract; make it abstract");
        return;
      }
      var names = new HashSet<String>();
      for (var leaf : PayloadSealed.leaves(raw)) {
        if (!names.add(leaf.getSimpleName())) {
          fault(path, "two permitted classes are named " + leaf.getSimpleName() + "; rename one");
        }
        if (!PayloadSealed.is(leaf)) {
          permitted(type, leaf, path + "<" + leaf.getSimpleName() + ">");
        } else {
          fault(path, leaf.getName() + " is sealed but not abstract; make it abstract");
        }
      }
    }

    private void permitted(JavaType root, Class<?> leaf, String path) {
      try {
        var type = mapper.getTypeFactory().constructSpecializedType(root, leaf);
        type(type, path);
        if (faults.isEmpty()) {
          beans.markers(type).forEach(name -> fault(path, "the name " + name + " is taken"));
        }
      } catch (IllegalArgumentException _) {
        fault(path, leaf.getName() + " does not fit the type arguments of " + root.getRawClass());
      }
    }

    // the parts first: what is wrong with them would only show as a failure of the whole
    private void bean(JavaType type, String path) {
      var before = faults.size();
      try {
        beans.parts(type).forEach((name, part) -> type(part, path + "." + name));
        beans.faults(type).forEach(why -> fault(path, why));
      } catch (JacksonException | IllegalArgumentException problem) {
        if (faults.size() == before) {
          fault(path, PayloadBeans.definition(type, problem));
        }
      }
    }

    private void constants(JavaType type, String path) {
      try {
        var map =
            mapper
                .getTypeFactory()
                .constructMapType(Map.class, type, mapper.constructType(String.class));
        for (var constant : type.getRawClass().getEnumConstants()) {
          var alone = mapper.writerFor(type).writeValueAsBytes(constant);
          var key = mapper.writerFor(map).writeValueAsBytes(Map.of(constant, ""));
          Map<?, ?> keys = mapper.readerFor(map).readValue(key);
          if (!constant.equals(mapper.readerFor(type).readValue(alone))
              || !keys.containsKey(constant)) {
            fault(
                path,
                "the enum constant " + ((Enum<?>) constant).name() + " comes back as another");
          }
        }
      } catch (JacksonException problem) {
        fault(path, PayloadBeans.definition(type, problem));
      }
    }
  }
}
