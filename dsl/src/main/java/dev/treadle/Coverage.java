package dev.treadle;

import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Whether the arms of a branch take every output, and each takes some.
final class Coverage {
  private final Way.Branching branching;
  private final List<String> faults;
  private final Set<Class<?>> types = new LinkedHashSet<>();
  private final Set<Object> values = new HashSet<>();

  Coverage(Way.Branching branching, List<String> faults) {
    this.branching = branching;
    this.faults = faults;
  }

  void check() {
    if (branching.open) {
      faults.add(
          "the branch after %s was not ended: end it with otherwise(step) or endBranch()"
              .formatted(branching.from));
    }
    var over = branching.from.step.outputType().rawClass();
    for (var arm : branching.arms) {
      if (takesNothingNew(arm.taken(), over)) {
        faults.add(dead(arm));
      }
      cover(arm.taken());
    }
    var missing = missing(over);
    if (!branching.open && !types.contains(Object.class) && !missing.isEmpty()) {
      faults.add(incomplete(over, missing));
    }
  }

  private boolean takesNothingNew(Taken taken, Class<?> over) {
    return switch (taken) {
      case Taken.OfType(var type) -> missing(type).isEmpty();
      case Taken.Guarded(var type, _) -> missing(type).isEmpty();
      case Taken.Value(var value) ->
          values.contains(value) || types.stream().anyMatch(type -> type.isInstance(value));
      case Taken.Otherwise() -> missing(over).isEmpty();
    };
  }

  private void cover(Taken taken) {
    switch (taken) {
      case Taken.OfType(var type) -> types.add(type);
      case Taken.Guarded _ -> {}
      case Taken.Value(var value) -> values.add(value);
      case Taken.Otherwise() -> types.add(Object.class);
    }
  }

  private String dead(Way.Arm arm) {
    if (arm.taken() instanceof Taken.Otherwise) {
      return "the branch after %s leaves nothing for otherwise, to %s: end it with endBranch()"
          .formatted(branching.from, arm.to());
    }
    return "the branch after %s has an arm that never takes anything, %s to %s: move it before the"
            .formatted(branching.from, arm.taken().label(), arm.to())
        + " arms that cover it, or drop it";
  }

  private String incomplete(Class<?> over, Set<String> missing) {
    if (isClosed(over)) {
      return "the branch after %s has no arm for %s: add one%s, or an otherwise"
          .formatted(
              branching.from,
              String.join(", ", missing),
              branching.arms.stream().anyMatch(arm -> arm.taken() instanceof Taken.Guarded)
                  ? " without a guard"
                  : "");
    }
    return "the branch after %s is over %s, which is neither sealed nor an enum nor a boolean: add"
            .formatted(branching.from, over.getSimpleName())
        + " an otherwise, or an arm for %s itself".formatted(over.getSimpleName());
  }

  /// The cases of a type that no arm so far takes for certain, in the order of their declaration.
  private Set<String> missing(Class<?> root) {
    var missing = new LinkedHashSet<String>();
    var seen = new HashSet<Class<?>>();
    var open = new ArrayList<Class<?>>(List.of(root));
    while (!open.isEmpty()) {
      var type = open.removeLast();
      if (!seen.add(type) || types.stream().anyMatch(taken -> taken.isAssignableFrom(type))) {
        continue;
      }
      if (type.isEnum()) {
        addUntaken(type.getEnumConstants(), missing);
      } else if (type == Boolean.class) {
        addUntaken(new Boolean[] {true, false}, missing);
      } else {
        if (!type.isSealed() || !Modifier.isAbstract(type.getModifiers())) {
          missing.add(type.getSimpleName());
        }
        if (type.isSealed()) {
          open.addAll(List.of(type.getPermittedSubclasses()).reversed());
        }
      }
    }
    return missing;
  }

  private void addUntaken(Object[] constants, Set<String> missing) {
    for (var constant : constants) {
      if (!values.contains(constant)) {
        missing.add(new Taken.Value(constant).label());
      }
    }
  }

  private static boolean isClosed(Class<?> type) {
    return type.isSealed() || type.isEnum() || type == Boolean.class;
  }
}
