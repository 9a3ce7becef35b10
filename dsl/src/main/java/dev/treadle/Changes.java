package dev.treadle;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/// How runs that an earlier version of a [Workflow] has stored are brought to its present graph,
/// for the executor. Immutable.
///
/// @param renames the present name of a step by each name that it had before; what lies in an
///   inlined workflow moves with its step
/// @param migrations how payloads of older types become such of the present ones, in the order of
///   placing; of one target the first whose old type reads what is stored
public record Changes(Map<String, String> renames, List<Migration> migrations) {
  /// Copies both.
  public Changes {
    renames = Map.copyOf(renames);
    migrations = List.copyOf(migrations);
  }

  /// The present name of a step, also of one within an inlined workflow whose step was renamed.
  ///
  /// @param stored the name under which something is stored
  /// @return the name that the step would have now, whether or not there is such a step
  public String present(String stored) {
    var now = renames.get(stored);
    if (now != null || renames.isEmpty()) {
      return now == null ? stored : now;
    }
    for (int end = stored.lastIndexOf('/'); end > 0; end = stored.lastIndexOf('/', end - 1)) {
      var outer = renames.get(stored.substring(0, end));
      if (outer != null) {
        var name = outer + stored.substring(end);
        return renames.getOrDefault(name, name);
      }
    }
    return stored;
  }

  /// What a migration is for.
  public enum Target {
    /// The inputs of a step; of a join, the values that it gathers.
    INPUT,
    /// The outputs of a step: those that ended a branch, and those that wait to be delivered.
    OUTPUT,
    /// The context.
    CONTEXT
  }

  /// A way from an older type to the present one, or to the old type of another migration of the
  /// same target.
  ///
  /// @param target what it is for
  /// @param step the present name of the step; empty for the context
  /// @param old the older type
  /// @param toNew turns a value of it into the newer one; throws nothing and answers no null
  public record Migration(Target target, String step, TypeRef<?> old, Function<Object, ?> toNew) {
    /// Rejects a missing part.
    public Migration {
      Objects.requireNonNull(target, "target");
      Objects.requireNonNull(step, "step");
      Objects.requireNonNull(old, "old");
      Objects.requireNonNull(toNew, "toNew");
    }

    @Override
    public String toString() {
      return switch (target) {
        case INPUT -> "migrate(\"%s\", %s)".formatted(step, old);
        case OUTPUT -> "migrateOutput(\"%s\", %s)".formatted(step, old);
        case CONTEXT -> "migrateContext(%s)".formatted(old);
      };
    }
  }
}
