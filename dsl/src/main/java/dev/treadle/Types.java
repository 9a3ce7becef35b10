package dev.treadle;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What is asked of reflected types.
final class Types {
  private Types() {}

  /// Why values of the type could not be told apart or read back, with the way out.
  ///
  /// @return the fault, or null if there is none
  static @Nullable String faultOf(Type type) {
    return switch (type) {
      case Class<?> plain -> faultOf(plain);
      case ParameterizedType generic -> firstFault(generic.getActualTypeArguments());
      case GenericArrayType array -> faultOf(array.getGenericComponentType());
      case WildcardType wildcard -> firstFault(wildcard.getUpperBounds());
      case TypeVariable<?> variable ->
          "%s is a type variable; a TypeRef needs a type that is known where it is written"
              .formatted(variable.getName());
      default -> "%s is of a kind that is not known here".formatted(type.getTypeName());
    };
  }

  private static @Nullable String faultOf(Class<?> type) {
    if (type.isPrimitive()) {
      return "%s is primitive; use the class of its boxed values, such as Integer.class"
          .formatted(type.getName());
    }
    if (type.isArray()) {
      return type.getComponentType().isPrimitive() ? null : faultOf(type.getComponentType());
    }
    if (type.getTypeParameters().length > 0) {
      return "%s has type parameters; name them with a TypeRef, as in new TypeRef<%s<%s>>() {}"
          .formatted(
              type.getSimpleName(),
              type.getSimpleName(),
              Stream.of(type.getTypeParameters()).map(p -> "…").collect(Collectors.joining(", ")));
    }
    return null;
  }

  private static @Nullable String firstFault(Type[] types) {
    for (var type : types) {
      var fault = faultOf(type);
      if (fault != null) {
        return fault;
      }
    }
    return null;
  }

  static Class<?> rawClass(Type type) {
    return switch (type) {
      case Class<?> plain -> plain;
      case ParameterizedType generic -> rawClass(generic.getRawType());
      case GenericArrayType array -> rawClass(array.getGenericComponentType()).arrayType();
      default -> throw new IllegalArgumentException(type.getTypeName() + " has no class");
    };
  }

  /// The type as in source, the same for equal types whoever implements them.
  static String nameOf(Type type) {
    return switch (type) {
      case ParameterizedType generic ->
          generic.getRawType().getTypeName()
              + Stream.of(generic.getActualTypeArguments())
                  .map(Types::nameOf)
                  .collect(Collectors.joining(", ", "<", ">"));
      case GenericArrayType array -> nameOf(array.getGenericComponentType()) + "[]";
      case WildcardType wildcard -> nameOf(wildcard);
      default -> type.getTypeName();
    };
  }

  private static String nameOf(WildcardType wildcard) {
    if (wildcard.getLowerBounds().length > 0) {
      return "? super " + nameOf(wildcard.getLowerBounds()[0]);
    }
    var upper = wildcard.getUpperBounds()[0];
    return upper == Object.class ? "?" : "? extends " + nameOf(upper);
  }

  /// A generic type with its arguments, equal to the JDK's own of the same type.
  record Parameterized(Class<?> raw, List<Type> arguments) implements ParameterizedType {
    Parameterized {
      arguments = List.copyOf(arguments);
    }

    @Override
    public Type[] getActualTypeArguments() {
      return arguments.toArray(Type[]::new);
    }

    @Override
    public Type getRawType() {
      return raw;
    }

    @Override
    public @Nullable Type getOwnerType() {
      return raw.getDeclaringClass();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof ParameterizedType that
          && raw.equals(that.getRawType())
          && Objects.equals(getOwnerType(), that.getOwnerType())
          && Arrays.equals(getActualTypeArguments(), that.getActualTypeArguments());
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(getActualTypeArguments())
          ^ Objects.hashCode(getOwnerType())
          ^ raw.hashCode();
    }

    @Override
    public String toString() {
      return nameOf(this);
    }
  }
}
