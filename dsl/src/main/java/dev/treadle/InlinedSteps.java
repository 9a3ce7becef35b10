package dev.treadle;

import dev.treadle.LensedContext.View;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Makes the steps of one inlined workflow ready for the graph that it is inlined in.
final class InlinedSteps {
  private final Step<?, ?, ?> step;
  private final StepBody.Inlined<?, ?, ?> body;

  /// How the steps see their context, or null if they see that of the run.
  private final @Nullable View<Object, Object> view;

  /// @param step the step that inlines the workflow
  /// @param merge the run's own, or null
  InlinedSteps(Step<?, ?, ?> step, StepBody.Inlined<?, ?, ?> body, @Nullable Merge<?> merge) {
    this.step = step;
    this.body = body;
    this.view = view(body, merge);
  }

  /// The graph of the inlined workflow, as it was built.
  Graph graph() {
    return body.workflow().graph();
  }

  /// The name of an inner step, in the outer graph.
  String name(String inner) {
    return name(step, inner);
  }

  static String name(Step<?, ?, ?> step, String inner) {
    return step.name() + '/' + inner;
  }

  /// The name of the step that gathers the outputs and goes on along the routes of the step.
  static String collector(String name) {
    return name + '/';
  }

  /// An inner step, renamed, and with its context seen through the lens.
  Step<?, ?, ?> step(Step<?, ?, ?> inner) {
    return renamed(inner);
  }

  private <C, I, O> Step<Object, I, O> renamed(Step<C, I, O> inner) {
    return ((StepImpl<C, I, O>) inner).placed(name(inner.name()), seen(inner.body()));
  }

  /// The step that takes the one output that counts.
  Step<?, ?, ?> collector() {
    return collector(step.name(), step.outputType());
  }

  private static <O> Step<Object, List<O>, O> collector(String name, TypeRef<O> type) {
    return new StepImpl<>(
        collector(name),
        TypeRef.listOf(type),
        type,
        new StepBody.Code<>((_, outputs) -> Transition.next(outputs.getFirst())),
        StepPolicies.NONE);
  }

  // the graph was checked: the lens is between the contexts of the two workflows
  @SuppressWarnings("unchecked")
  private static @Nullable View<Object, Object> view(
      StepBody.Inlined<?, ?, ?> body, @Nullable Merge<?> merge) {
    var inner = (Workflow<Object, ?, ?>) body.workflow();
    var own = inner.merge().orElse(null);
    Optional<? extends Lens<?, ?>> given = body.lens();
    if (given.isEmpty() && (own == null || own.equals(merge))) {
      return null;
    }
    var lens =
        given.isPresent()
            ? (Lens<Object, Object>) given.get()
            : Lens.<Object, Object>of(whole -> whole, (_, part) -> part);
    return new View<>(inner.name(), lens, inner.contextType().orElse(null), own);
  }

  // as above: the context that the run gives is the one that the view takes
  @SuppressWarnings("unchecked")
  private <C, I, O> StepBody<Object, I, O> seen(StepBody<C, I, O> inner) {
    var seeing = view;
    if (seeing == null) {
      return (StepBody<Object, I, O>) inner;
    }
    var code = (StepBody<Object, I, O>) inner;
    return switch (code) {
      case StepBody.Code<Object, I, O>(var node) -> new StepBody.Code<>(seen(node, seeing));
      case StepBody.Batch<Object, I, O>(var element, int atOnce) ->
          new StepBody.Batch<>(seen(element, seeing), atOnce);
      case StepBody.Gate<Object, I, O>(var decide) ->
          new StepBody.Gate<>((whole, input) -> {
            var part = seeing.get(whole);
            var result = decide.apply(part, input);
            // an unchanged part leaves the whole as it is, so that it is not written again
            return result == null || result.state().equals(part)
                ? result == null ? null : new GateResult<>(whole, result.transition())
                : new GateResult<>(seeing.set(whole, result.state()), result.transition());
          });
      case StepBody.Await<Object, I, ?, O> await -> await; // knows no context
      case StepBody.AwaitRun<Object, I, ?, O> await -> await;
      case StepBody.Inlined<Object, I, O> fork -> fork; // its own steps have been placed beside it
    };
  }

  private static <I, O> Node<Object, I, O> seen(
      Node<Object, I, O> node, View<Object, Object> view) {
    return (ctx, input) -> node.process(new LensedContext<>(ctx, view), input);
  }
}
