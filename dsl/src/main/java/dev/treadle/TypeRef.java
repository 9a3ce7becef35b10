package dev.treadle;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;

/// A type with its arguments.
///
/// @param <T> the type
public abstract class TypeRef<T> {
  private final Type type;

  /// For anonymous subclasses.
  protected TypeRef() {
    this.type = ((ParameterizedType) getClass().getGenericSuperclass()).getActualTypeArguments()[0];
  }

  /// The type.
  ///
  /// @return the type
  public final Type type() {
    return type;
  }
}
