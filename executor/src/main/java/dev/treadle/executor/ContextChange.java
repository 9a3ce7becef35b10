package dev.treadle.executor;

import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// What a step asks of its run; applied when its attempt commits.
sealed interface ContextChange {

  /// By a function.
  record Update(UnaryOperator<Object> change) implements ContextChange {}

  /// By merging a delta, which alone is stored.
  record Delta(Object delta) implements ContextChange {}

  /// That another run starts; no change of the context.
  record Start(ChildStart child) implements ContextChange {}

  /// The runs that are to start.
  static List<ChildStart> starts(List<ContextChange> asked) {
    if (asked.isEmpty()) {
      return List.of();
    }
    return asked.stream()
        .filter(Start.class::isInstance)
        .map(change -> ((Start) change).child())
        .toList();
  }

  /// What concerns the context.
  static List<ContextChange> ofContext(List<ContextChange> asked) {
    return starts(asked).isEmpty()
        ? asked
        : asked.stream().filter(change -> !(change instanceof Start)).toList();
  }

  /// Applies changes in the order they were asked for.
  ///
  /// @throws StepDefect if a function throws or answers what is not of the context's class
  static Object apply(Plan plan, PlanStep step, Object context, List<ContextChange> changes)
      throws StepDefect {
    var current = context;
    for (var change : changes) {
      var before = current;
      current =
          StepDefect.guard(() -> {
            var after =
                switch (change) {
                  case Update(var function) -> function.apply(before);
                  case Delta(var delta) -> merged(plan, before, delta);
                  case Start _ -> before;
                };
            return checked(plan, step, after);
          });
    }
    return current;
  }

  private static Object merged(Plan plan, Object context, Object delta) {
    var merge = plan.merge;
    if (merge == null) {
      throw new IllegalStateException("the workflow has no merge");
    }
    return merge.combine().apply(context, delta);
  }

  private static Object checked(Plan plan, PlanStep step, @Nullable Object context) {
    if (plan.contextClass == null || !plan.contextClass.isInstance(context)) {
      throw new IllegalStateException(
          "step \""
              + step.name
              + "\" changed the context to "
              + (context == null ? "null" : context.getClass().getName())
              + "; it must be a "
              + plan.contextClass);
    }
    return context;
  }
}
