package dev.treadle;

import java.util.Objects;

record BranchImpl<C, I, T>(WorkflowBuilder<C, I> builder, Draft draft, Way.Branching branching)
    implements WorkflowBuilder.Branch<C, I, T> {

  @Override
  public <Case extends T> WorkflowBuilder.TypeArm<C, I, T, Case> when(Class<Case> type) {
    if (type.isPrimitive()) {
      throw new IllegalArgumentException(
          "the branch after %s: %s".formatted(branching.from, Types.faultOf(type)));
    }
    return new TypeArmImpl<>(this, type);
  }

  @Override
  public WorkflowBuilder.Arm<C, I, T, T> whenIs(T value) {
    Objects.requireNonNull(value, "value");
    if (!(value instanceof Enum<?> || value instanceof Boolean)) {
      throw new IllegalArgumentException(
          ("the branch after %s: whenIs takes enum constants and booleans, was a %s; use"
                  + " when(type).and(guard)")
              .formatted(branching.from, value.getClass().getName()));
    }
    return new ArmImpl<>(this, new Taken.Value(value));
  }

  @Override
  public WorkflowBuilder<C, I> otherwise(Step<? super C, ? super T, ?> to) {
    draft.arm(branching, new Taken.Otherwise(), to);
    return endBranch();
  }

  @Override
  public WorkflowBuilder<C, I> endBranch() {
    draft.close(branching);
    return builder;
  }

  WorkflowBuilder.Branch<C, I, T> add(Taken taken, Step<?, ?, ?> to) {
    draft.arm(branching, taken, to);
    return this;
  }
}
