package dev.treadle.executor;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.exc.InvalidDefinitionException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.exc.ValueInstantiationException;

/// Turns what Jackson throws into words without any value of the payload: its own messages quote
/// values, and so may those of the user's classes. Keys of maps are values too; names of properties
/// are not.
final class PayloadProblem {
  private static final Pattern NAME = Pattern.compile("[A-Za-z_$@][A-Za-z0-9_$]{0,63}");

  private PayloadProblem() {}

  static PayloadException onWrite(String where, JacksonException problem) {
    return new PayloadException(
        where, "can't store " + where + ": " + path(problem) + ": " + reason(problem));
  }

  static PayloadException onRead(String where, JacksonException problem) {
    return new PayloadException(
        where, "can't read " + where + ": " + path(problem) + ": " + reason(problem));
  }

  /// For what the user's classes throw where nothing wraps it.
  static PayloadException onUserCode(String what, String where, RuntimeException problem) {
    return new PayloadException(where, what + where + ": it failed" + thrown(problem));
  }

  /// Why, in words.
  static String reason(JacksonException problem) {
    return switch (problem) {
      case StreamConstraintsException limit ->
          "over a limit: " + limit.getOriginalMessage() + "; see PayloadLimits";
      case InputCoercionException number ->
          "the number does not fit " + name(number.getTargetType());
      case StreamReadException text when isDuplicate(text) -> "one name stands twice in an object";
      case StreamReadException _ -> "it is not well-formed JSON";
      case UnrecognizedPropertyException unknown ->
          "there is no property " + shown(unknown.getPropertyName()) + " in the type";
      case ValueInstantiationException refused ->
          name(refused.getType().getRawClass()) + " refused to be made" + thrown(refused);
      case InvalidDefinitionException type -> type.getOriginalMessage();
      case MismatchedInputException other -> mismatch(other);
      default -> "it failed" + thrown(problem);
    };
  }

  /// Where in the JSON, with keys of maps left out.
  static String path(JacksonException problem) {
    var path = new StringBuilder("$");
    for (var step : problem.getPath()) {
      if (step.getPropertyName() == null) {
        path.append('[').append(step.getIndex()).append(']');
      } else if (isMap(step.from())) {
        path.append("[*]");
      } else {
        path.append('.').append(shown(step.getPropertyName()));
      }
    }
    return path.toString();
  }

  // what this module itself reports has a fixed text
  private static String mismatch(MismatchedInputException other) {
    var type = other.getTargetType();
    var fits = "what is stored is no " + (type == null ? "such value" : name(type));
    return other.getClass() == MismatchedInputException.class && type != null
        ? fits + " (missing, null, of another kind, or followed by something)"
        : fits;
  }

  private static boolean isMap(Object from) {
    return !(from instanceof Class<?> type ? !Map.class.isAssignableFrom(type) : isBean(from));
  }

  private static boolean isBean(Object from) {
    return from != null && !(from instanceof Map);
  }

  private static boolean isDuplicate(StreamReadException text) {
    return text.getOriginalMessage().startsWith("Duplicate Object property");
  }

  private static String shown(String name) {
    return NAME.matcher(name).matches() ? name : "(a name of " + name.length() + " characters)";
  }

  private static String name(Class<?> type) {
    return type == null ? "the type" : type.getTypeName();
  }

  private static String thrown(Throwable problem) {
    var root = problem;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    if (root instanceof JacksonException) {
      return "";
    }
    var at = Optional.of(root.getStackTrace()).filter(t -> t.length > 0).map(t -> " at " + t[0]);
    return ": " + root.getClass().getName() + at.orElse("");
  }
}
