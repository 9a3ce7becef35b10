package dev.treadle;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The renames and migrations of a graph as told so far, unchecked. Confined to the thread of the
/// builder.
final class ChangesDraft {
  private final List<Rename> renames = new ArrayList<>(0);
  private final List<Changes.Migration> migrations = new ArrayList<>(0);

  /// One call of `rename`.
  private record Rename(String was, String now) {
    @Override
    public String toString() {
      return "rename(\"%s\", \"%s\")".formatted(was, now);
    }
  }

  void rename(String was, String now) {
    renames.add(new Rename(was, now));
  }

  @SuppressWarnings("unchecked") // it is given values of the old type only
  static Changes.Migration migration(
      Changes.Target target, String step, TypeRef<?> old, Function<?, ?> toNew) {
    return new Changes.Migration(target, step, old, (Function<Object, ?>) toNew);
  }

  void migrate(Changes.Target target, String step, TypeRef<?> old, Function<?, ?> toNew) {
    migrations.add(migration(target, step, old, toNew));
  }

  /// Tells what is wrong with the changes of a graph.
  void check(List<Place> places, List<Draft.Joining> joinings, List<String> faults) {
    var steps = new HashMap<String, Place>();
    places.forEach(place -> steps.putIfAbsent(place.name(), place));
    renames(steps.keySet(), faults);
    var joins = new HashSet<Place>();
    joinings.forEach(joining -> joins.add(joining.join()));
    var seen = new HashSet<String>();
    for (var migration : migrations) {
      var place = steps.get(migration.step());
      if (place == null) {
        faults.add(
            "%s: there is no step \"%s\": name a step as it is called now"
                .formatted(migration, migration.step()));
      } else if (present(migration, place, joins.contains(place)).equals(migration.old().type())) {
        faults.add(
            "%s: that is the present type: name the older type that is stored"
                .formatted(migration));
      } else if (!seen.add(migration.toString())) {
        faults.add("%s is placed twice: keep one".formatted(migration));
      }
    }
  }

  private void renames(Set<String> steps, List<String> faults) {
    var sources = new HashMap<String, Rename>();
    for (var rename : renames) {
      var other = sources.putIfAbsent(rename.was, rename);
      if (other != null) {
        faults.add("%s: there is %s already: keep one".formatted(rename, other));
      }
      if (steps.contains(rename.was)) {
        faults.add(
            "%s: \"%s\" is a step still: rename only what has gone".formatted(rename, rename.was));
      } else if (target(rename.was, steps) == null) {
        faults.add(
            "%s: there is no step \"%s\": name a step as it is called now"
                .formatted(rename, rename.now));
      }
    }
  }

  /// The present step that a name leads to, also over several renames, or null.
  private @Nullable String target(String was, Set<String> steps) {
    var ways = new HashMap<String, String>();
    renames.forEach(rename -> ways.putIfAbsent(rename.was, rename.now));
    @Nullable String name = was;
    while (name != null && !steps.contains(name)) {
      name = ways.remove(name); // each way once, so that a circle ends
    }
    return name;
  }

  private static Type present(Changes.Migration migration, Place place, boolean join) {
    if (migration.target() == Changes.Target.OUTPUT) {
      return place.step.outputType().type();
    }
    var input = place.step.inputType().type();
    return join && input instanceof ParameterizedType list
        ? list.getActualTypeArguments()[0]
        : input;
  }

  /// The changes of a graph without faults, those of inlined workflows included.
  Changes checked(List<Place> places, List<Changes.Migration> ofContext) {
    var steps = new HashSet<String>();
    places.forEach(place -> steps.add(place.name()));
    Map<String, String> targets = new HashMap<>();
    for (var rename : renames) {
      var now = target(rename.was, steps);
      if (now != null) {
        targets.put(rename.was, now);
      }
    }
    var all = new ArrayList<>(migrations);
    all.addAll(ofContext);
    for (var place : places) {
      if (place.step.body() instanceof StepBody.Inlined<?, ?, ?> inlined) {
        inner(place.name() + '/', inlined.workflow().changes(), targets, all);
      }
    }
    return new Changes(targets, all);
  }

  /// An inlined workflow knows its own past; its context was never stored by itself.
  private static void inner(
      String prefix,
      Changes changes,
      Map<String, String> targets,
      List<Changes.Migration> migrations) {
    changes.renames().forEach((was, now) -> targets.put(prefix + was, prefix + now));
    for (var way : changes.migrations()) {
      if (way.target() != Changes.Target.CONTEXT) {
        migrations.add(
            new Changes.Migration(way.target(), prefix + way.step(), way.old(), way.toNew()));
      }
    }
  }
}
