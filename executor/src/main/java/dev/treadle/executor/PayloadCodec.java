package dev.treadle.executor;

import dev.treadle.TypeRef;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.json.JsonMapper;

/// Writes payloads as JSON by their declared types and reads them back, strictly and within limits.
/// Text that is stored never chooses a class: types come from the declaration, and of a sealed type
/// from its permitted classes. Thread-safe.
final class PayloadCodec {
  private final PayloadLimits limits;
  private final JsonMapper mapper;
  private final PayloadCheck check;
  private final JsonForm form;
  private final Map<Type, PayloadType<?>> types = new ConcurrentHashMap<>();

  PayloadCodec(PayloadLimits limits) {
    this.limits = limits;
    this.mapper = PayloadMapper.of(limits);
    this.check = new PayloadCheck(mapper);
    this.form = new JsonForm(mapper);
  }

  /// The codec of a type; the same one each time.
  ///
  /// @throws PayloadException if the type has none that reads back what it writes
  @SuppressWarnings("unchecked") // the key is the type
  <T> PayloadType<T> type(TypeRef<T> type) {
    var known = types.get(type.type());
    if (known == null) {
      known = make(type.type());
      types.put(type.type(), known);
    }
    return (PayloadType<T>) known;
  }

  /// The codec of a type that is only known at run time.
  ///
  /// @throws PayloadException if the type has none that reads back what it writes
  @SuppressWarnings("unchecked") // the caller vouches for the values
  PayloadType<Object> any(Type type) {
    var known = types.get(type);
    if (known == null) {
      known = make(type);
      types.put(type, known);
    }
    return (PayloadType<Object>) known;
  }

  /// Why a declared type can't be stored and read back; empty if it can.
  List<String> faults(String where, TypeRef<?> type) {
    return check.faults(where, type.type());
  }

  /// The canonical form of what was written: keys sorted, numbers by value, no spaces.
  ///
  /// @throws PayloadException if it is not JSON within the limits
  byte[] canonical(String where, byte[] json) {
    return form.canonical(where, json);
  }

  /// Whether two payloads are the same JSON but for the order of keys and the way numbers are
  /// written.
  ///
  /// @throws PayloadException if one is not JSON within the limits
  boolean sameJson(String where, byte[] one, byte[] other) {
    return form.same(where, one, other);
  }

  private PayloadType<?> make(Type type) {
    var where = "a value of type " + type.getTypeName();
    var faults = check.faults(where, type);
    if (!faults.isEmpty()) {
      throw new PayloadException(where, String.join("; ", faults));
    }
    return new PayloadType<>(mapper, limits, mapper.constructType(type));
  }
}
