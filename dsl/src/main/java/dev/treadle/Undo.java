package dev.treadle;

import java.util.List;
import java.util.Objects;

/// Makes the steps that undo others.
final class Undo {
  private Undo() {}

  static <Ctx, In, Out> Step<Ctx, Done<In, Out>, Void> of(
      String name, Step<?, In, Out> step, Action2<StepContext<Ctx>, ? super Done<In, Out>> code) {
    Names.checked("step", name);
    Objects.requireNonNull(code, "code");
    return new StepTypes<>(Done.type(step), TypeRef.of(Void.class))
        .of(
            name,
            (ctx, done) -> {
              code.run(ctx, done);
              return Transition.nextAll(List.of());
            });
  }

  static <In, Out> Step<Object, Done<In, Out>, Void> of(
      String name, Step<?, In, Out> step, Action<? super Done<In, Out>> code) {
    Objects.requireNonNull(code, "code");
    return of(name, step, (_, done) -> code.run(done));
  }
}
