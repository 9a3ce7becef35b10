package dev.treadle;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What belongs to a whole workflow rather than to its graph.
record Header<C>(
    String name,
    @Nullable Class<C> context,
    @Nullable Supplier<? extends C> initial,
    @Nullable Merge<C> merge,
    List<Changes.Migration> migrations) {

  static <C> Header<C> of(String name, Class<C> context, Supplier<? extends C> initial) {
    Names.checked("workflow", name);
    var fault = Types.faultOf(context);
    if (fault != null) {
      throw new IllegalArgumentException(
          "workflow \"%s\": its context must be of a class without type parameters, such as a record"
                  .formatted(name)
              + " that holds the generic value: "
              + fault);
    }
    return new Header<>(name, context, Objects.requireNonNull(initial, "initial"), null, List.of());
  }

  Header<C> with(Changes.Migration migration) {
    if (context == null) {
      throw new IllegalStateException(
          "workflow \"%s\" has no context to migrate; name its class in builder(name, Class,"
                  .formatted(name)
              + " initial)");
    }
    if (migration.old().type().equals(context)) {
      throw new IllegalArgumentException(
          "workflow \"%s\": %s is the present type of the context; name the older type that is"
                  .formatted(name, migration.old())
              + " stored");
    }
    var all = new ArrayList<>(migrations);
    all.add(migration);
    return new Header<>(name, context, initial, merge, List.copyOf(all));
  }

  Header<C> with(Merge<C> merge) {
    Objects.requireNonNull(merge, "merge");
    if (context == null) {
      throw new IllegalStateException(
          "workflow \"%s\" has no context to merge; name its class in builder(name, Class, initial)"
              .formatted(name));
    }
    if (this.merge != null) {
      throw new IllegalStateException("workflow \"%s\": merge was already set".formatted(name));
    }
    return new Header<>(name, context, initial, merge, migrations);
  }
}
