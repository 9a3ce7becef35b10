package dev.treadle;

import java.util.function.Predicate;

/// What an arm of a branch takes.
sealed interface Taken {

  record OfType(Class<?> type) implements Taken {}

  record Guarded(Class<?> type, Predicate<Object> takes) implements Taken {}

  record Value(Object value) implements Taken {}

  record Otherwise() implements Taken {}

  default String label() {
    return switch (this) {
      case OfType(var type) -> type.getSimpleName();
      case Guarded(var type, _) -> type.getSimpleName() + ", guarded";
      case Value(Enum<?> constant) -> constant.name();
      case Value(var value) -> value.toString();
      case Otherwise() -> "otherwise";
    };
  }

  default Predicate<Object> predicate() {
    return switch (this) {
      case OfType(var type) -> type::isInstance;
      case Guarded(_, var takes) -> takes;
      case Value(var value) -> value::equals;
      case Otherwise() -> value -> true;
    };
  }
}
