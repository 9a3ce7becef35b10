package dev.treadle;

import java.util.Objects;
import java.util.function.Predicate;

record TypeArmImpl<C, I, T, K>(BranchImpl<C, I, T> branch, Class<K> type)
    implements WorkflowBuilder.TypeArm<C, I, T, K> {

  @Override
  public WorkflowBuilder.Branch<C, I, T> to(Step<? super C, ? super K, ?> step) {
    return branch.add(new Taken.OfType(type), step);
  }

  @Override
  public WorkflowBuilder.Arm<C, I, T, K> and(Predicate<? super K> guard) {
    Objects.requireNonNull(guard, "guard");
    return new ArmImpl<>(
        branch,
        new Taken.Guarded(type, value -> type.isInstance(value) && guard.test(type.cast(value))));
  }
}
