package dev.treadle.executor;

import dev.treadle.TypeRef;

/// A way for the benchmarks to the codec of payloads, which nobody else is to use. It is of the
/// executor's package, and so works on the class path only.
///
/// @param <T> the type of the values
public final class PayloadAccess<T> {
  private final PayloadType<T> type;

  /// The codec of a type, within the usual limits.
  ///
  /// @param type the type
  public PayloadAccess(TypeRef<T> type) {
    this.type = new PayloadCodec(PayloadLimits.defaults()).type(type);
  }

  /// Writes a value as a durable run does.
  ///
  /// @param value the value
  /// @return its bytes
  public byte[] write(T value) {
    return type.write("a value", value);
  }

  /// Reads a value as a durable run does.
  ///
  /// @param bytes of [#write]
  /// @return the value
  public T read(byte[] bytes) {
    return type.read("a value", bytes);
  }
}
