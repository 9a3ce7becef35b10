package dev.treadle.executor;

import dev.treadle.Changes.Migration;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Reads what is stored as the present type, or as an older one and turns it into the present one.
/// Immutable and safe for use by many threads.
final class PayloadVersions {
  private final PayloadCodec codec;
  private final Type type;
  private final List<Migration> migrations;

  /// @param migrations from older types, in the order in which they are tried
  PayloadVersions(PayloadCodec codec, Type type, List<Migration> migrations) {
    this.codec = codec;
    this.type = type;
    this.migrations = migrations;
  }

  /// What was read.
  ///
  /// @param value a value of the present type
  /// @param turned whether an older type was stored
  record Read(Object value, boolean turned) {}

  /// Reads a value.
  ///
  /// @throws PayloadException if it reads as no version
  Read read(String where, byte[] payload) {
    try {
      return new Read(codec.any(type).read(where, payload), false);
    } catch (PayloadException e) {
      for (var migration : migrations) {
        var old = tryOld(where, migration, payload, e);
        if (old != null) {
          return new Read(turn(where, migration, old), true);
        }
      }
      throw migrations.isEmpty() ? e : noVersion(where, e);
    }
  }

  byte[] write(String where, Object value) {
    return codec.any(type).write(where, value);
  }

  private @Nullable Object tryOld(
      String where, Migration migration, byte[] payload, PayloadException failure) {
    try {
      return codec.any(migration.old().type()).read(where, payload);
    } catch (PayloadException e) {
      failure.addSuppressed(e);
      return null;
    }
  }

  /// Follows the migrations from an old value to one of the present type, each at most once.
  private Object turn(String where, Migration first, Object old) {
    var present = codec.any(type).rawClass();
    var left = new ArrayList<>(migrations);
    left.remove(first);
    var last = first;
    var value = apply(where, first, old);
    while (!present.isInstance(value)) {
      var from = value;
      var next = left.stream().filter(way -> way.old().rawClass().isInstance(from)).findFirst();
      if (next.isEmpty()) {
        throw new PayloadException(
            where,
            "can't read %s: %s gives a %s, which is neither the present type nor the old type of another migration"
                .formatted(where, last, value.getClass().getName()));
      }
      last = next.get();
      left.remove(last);
      value = apply(where, last, value);
    }
    return value;
  }

  private static Object apply(String where, Migration migration, Object old) {
    Object value;
    try {
      value = migration.toNew().apply(old);
    } catch (RuntimeException e) { // the function is the user's
      throw PayloadProblem.onUserCode("can't read " + where + " by ", migration.toString(), e);
    }
    if (value == null) {
      throw new PayloadException(where, "can't read " + where + ": " + migration + " answers null");
    }
    return value;
  }

  private PayloadException noVersion(String where, PayloadException e) {
    var older = migrations.stream().map(Migration::toString).collect(Collectors.joining(", "));
    var failure =
        new PayloadException(
            where, e.getMessage() + "; nor does it read as the old type of " + older);
    failure.addSuppressed(e);
    return failure;
  }
}
