package dev.treadle;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;

/// A type with all its arguments, for steps whose input or output is generic: `new
/// TypeRef<List<Order>>() {}` or `TypeRef.listOf(Order.class)`.
///
/// Two are equal if their types are. Immutable and safe for use by many threads.
///
/// @param <T> the type
public abstract class TypeRef<T> {
  private final Type type;

  /// Captures the type argument of an anonymous subclass.
  ///
  /// @throws IllegalArgumentException if the argument is missing, raw or a type variable, or
  ///   contains such
  protected TypeRef() {
    if (getClass().getSuperclass() != TypeRef.class
        || !(getClass().getGenericSuperclass() instanceof ParameterizedType self)) {
      throw new IllegalArgumentException(
          "a TypeRef needs its type written out, as in new TypeRef<List<Order>>() {}");
    }
    this.type = checked(self.getActualTypeArguments()[0]);
  }

  private TypeRef(Type type) {
    this.type = checked(type);
  }

  /// The reference to a class without type parameters.
  ///
  /// @param type the class
  /// @param <T> the type
  /// @return the reference
  /// @throws IllegalArgumentException if the class is primitive or has type parameters
  public static <T> TypeRef<T> of(Class<T> type) {
    return new Known<>(type);
  }

  /// The reference to a list type.
  ///
  /// @param element the class of the elements
  /// @param <E> the type of the elements
  /// @return the reference
  /// @throws IllegalArgumentException if the class is primitive or has type parameters
  public static <E> TypeRef<List<E>> listOf(Class<E> element) {
    return listOf(of(element));
  }

  /// The reference to a list type.
  ///
  /// @param element the type of the elements
  /// @param <E> the type of the elements
  /// @return the reference
  public static <E> TypeRef<List<E>> listOf(TypeRef<E> element) {
    return new Known<>(new Types.Parameterized(List.class, List.of(element.type())));
  }

  /// The reference to a map type.
  ///
  /// @param key the class of the keys
  /// @param value the class of the values
  /// @param <K> the type of the keys
  /// @param <V> the type of the values
  /// @return the reference
  /// @throws IllegalArgumentException if a class is primitive or has type parameters
  public static <K, V> TypeRef<Map<K, V>> mapOf(Class<K> key, Class<V> value) {
    return mapOf(of(key), of(value));
  }

  /// The reference to a map type.
  ///
  /// @param key the type of the keys
  /// @param value the type of the values
  /// @param <K> the type of the keys
  /// @param <V> the type of the values
  /// @return the reference
  public static <K, V> TypeRef<Map<K, V>> mapOf(TypeRef<K> key, TypeRef<V> value) {
    return new Known<>(new Types.Parameterized(Map.class, List.of(key.type(), value.type())));
  }

  static <In, Out> TypeRef<Done<In, Out>> done(TypeRef<In> input, TypeRef<Out> output) {
    return new Known<>(new Types.Parameterized(Done.class, List.of(input.type(), output.type())));
  }

  /// The type: a class, or a parameterized or array type of such.
  ///
  /// @return the type
  public final Type type() {
    return type;
  }

  /// The class of the type's values, without type arguments.
  ///
  /// @return the class
  public final Class<?> rawClass() {
    return Types.rawClass(type);
  }

  @Override
  public final boolean equals(Object other) {
    return other instanceof TypeRef<?> that && type.equals(that.type);
  }

  @Override
  public final int hashCode() {
    return type.hashCode();
  }

  /// The type as in source, with qualified names.
  @Override
  public final String toString() {
    return Types.nameOf(type);
  }

  private static Type checked(Type type) {
    var fault = Types.faultOf(type);
    if (fault != null) {
      throw new IllegalArgumentException(fault);
    }
    return type;
  }

  private static final class Known<T> extends TypeRef<T> {
    private Known(Type type) {
      super(type);
    }
  }
}
