package dev.treadle.executor;

import dev.treadle.GateResult;
import dev.treadle.Graph.Ending;
import dev.treadle.JoinPolicy;
import dev.treadle.Node;
import dev.treadle.RetryPolicy;
import dev.treadle.Step;
import dev.treadle.StepBody;
import dev.treadle.Transition;
import java.time.Duration;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/// A step of a [Plan], with its neighbours as references. Immutable once [Plan#of] has returned.
final class PlanStep {
  private static final PlanRoute[] NOWHERE = {};

  final Step<?, ?, ?> step;
  final String name;
  final Ending ending;
  final @Nullable RetryPolicy retry;

  /// How long an attempt may take, or null for any time.
  final @Nullable Duration timeout;

  /// The code for one input; of a batch, for one element.
  final Node<Object, Object, Object> node;

  /// How many elements of a batch run at once; 0 for a step that is no batch.
  final int batch;

  /// What decides inside the commit section, or null if the step is no gate.
  final @Nullable BiFunction<Object, Object, GateResult<Object, Object>> gate;

  /// What bounds the attempts of the step that run at once, or null.
  final @Nullable StepLimit limit;

  /// What the step waits for, or null if it does not.
  final @Nullable PlanAwait await;

  /// Whether the step's code is called with an item's input, and nothing else is to be done.
  private final boolean plain;

  /// How many scopes the step lies in.
  final int depth;

  PlanRoute[] routes = NOWHERE;
  PlanRoute.@Nullable ToStep fallback;

  /// The fork of the innermost scope that the step lies in, or null.
  @Nullable PlanStep within;

  /// The join that closes the groups which this step opens as a fork.
  @Nullable PlanStep closedBy;

  /// When the join of this fork fires.
  JoinPolicy policy = JoinPolicy.all();

  /// Whether the groups that this fork opens may close before all that is in them has ended.
  boolean counted;

  /// Whether the scope that this fork opens is an inlined workflow.
  final boolean inlines;

  /// Whether an item can leave the scope that this fork opens.
  boolean exits;

  /// Where every output goes when the step has one plain edge and nothing else to do.
  @Nullable PlanStep only;

  /// The arms when the step has one branch and nothing else to do.
  PlanRoute.Arm @Nullable [] onlyArms;

  /// What undoes the step, or null.
  @Nullable PlanStep undo;

  /// The step that this one undoes, or null if it is placed in the graph.
  @Nullable PlanStep undoes;

  /// The types of what is stored for the step; null in a transient executor.
  @Nullable StepPayloads payloads;

  PlanStep(Step<?, ?, ?> step, Ending ending, int depth, @Nullable StepLimit limit) {
    this.step = step;
    this.name = step.name();
    this.ending = ending;
    this.depth = depth;
    this.limit = limit;
    this.retry = step.retryPolicy().orElse(null);
    this.inlines = step.body() instanceof StepBody.Inlined;
    var body = step.body();
    this.node = node(body);
    this.batch = body instanceof StepBody.Batch<?, ?, ?>(_, int atOnce) ? atOnce : 0;
    this.gate = body instanceof StepBody.Gate<?, ?, ?>(var decide) ? untypedGate(decide) : null;
    this.await = PlanAwait.of(body);
    this.timeout = step.timeout().orElse(null);
    this.plain =
        body instanceof StepBody.Code<?, ?, ?>
            && limit == null
            && timeout == null
            && !isRetriedForATime();
  }

  private static Node<Object, Object, Object> node(StepBody<?, ?, ?> body) {
    return switch (body) {
      case StepBody.Code<?, ?, ?>(var code) -> untyped(code);
      case StepBody.Batch<?, ?, ?>(var element, _) -> untyped(element);
      case StepBody.Inlined<?, ?, ?> _ -> (_, input) -> Transition.next(input);
      case StepBody.Gate<?, ?, ?> _,
          StepBody.Await<?, ?, ?, ?> _,
          StepBody.AwaitRun<?, ?, ?, ?> _ ->
          (_, _) -> Transition.hold(); // never asked
    };
  }

  /// What undoes another step. Its outputs are dropped.
  static PlanStep undoing(PlanStep other, Step<?, ?, ?> undo, @Nullable StepLimit limit) {
    var step = new PlanStep(undo, Ending.SINK, 0, limit);
    step.undoes = other;
    other.undo = step;
    return step;
  }

  /// Whether executions of the step open groups.
  boolean forks() {
    return closedBy != null;
  }

  /// Sets what the hot loop needs, from the routes.
  void link(PlanRoute[] ways) {
    routes = ways;
    if (ways.length != 1 || ending != Ending.NONE || forks() || !isPlain()) {
      return;
    }
    switch (ways[0]) {
      case PlanRoute.ToStep to when follows(to) -> only = to.step();
      case PlanRoute.ToArms(var arms) when follow(arms) -> onlyArms = arms;
      default -> {}
    }
  }

  /// Whether the hot loop may go on with a target: in the same scope, and without a permit.
  private static boolean follows(PlanRoute.ToStep to) {
    return to.up() == 0 && to.step().limit == null;
  }

  private static boolean follow(PlanRoute.Arm[] arms) {
    for (var arm : arms) {
      if (!follows(arm.to())) {
        return false;
      }
    }
    return true;
  }

  /// How values around the step are stored, in a durable executor.
  StepPayloads stored() {
    if (payloads == null) {
      throw new IllegalStateException("a transient run stores nothing");
    }
    return payloads;
  }

  @Override
  public String toString() {
    return name;
  }

  /// Whether the step's code is called with an item's input, and nothing else is to be done.
  boolean isPlain() {
    return plain;
  }

  /// Whether the step is tried again only within some time, so that it matters when an attempt
  /// began.
  boolean isRetriedForATime() {
    return retry != null && retry.maxElapsedTime().isPresent();
  }

  @SuppressWarnings("unchecked") // as below
  private static BiFunction<Object, Object, GateResult<Object, Object>> untypedGate(
      BiFunction<?, ?, ?> decide) {
    return (BiFunction<Object, Object, GateResult<Object, Object>>) decide;
  }

  /// The graph has checked the types of neighbours, so a step only ever gets what it takes.
  @SuppressWarnings("unchecked")
  private static Node<Object, Object, Object> untyped(Node<?, ?, ?> node) {
    return (Node<Object, Object, Object>) node;
  }
}
