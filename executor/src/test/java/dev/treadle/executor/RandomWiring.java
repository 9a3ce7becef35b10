package dev.treadle.executor;

import dev.treadle.JoinPolicy;
import dev.treadle.Merge;
import dev.treadle.Step;
import dev.treadle.Workflow;
import dev.treadle.WorkflowBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// The connections of a random graph, collected back to front and then told to a builder.
final class RandomWiring {

  /// Where outputs may go.
  sealed interface Target {}

  record To(Step<RandomTally, RandomToken, RandomToken> step) implements Target {}

  record Feed(
      Step<RandomTally, RandomToken, RandomToken> fork,
      Step<RandomTally, List<RandomToken>, RandomToken> join)
      implements Target {}

  record End() implements Target {}

  /// One arm of a branch; the seed is that of its guard.
  record Arm(long seed, boolean needsFuel, Step<RandomTally, RandomToken, RandomToken> to) {}

  private sealed interface Wire {}

  private record Way(Step<RandomTally, ?, RandomToken> from, Target to) implements Wire {}

  private record Branch(
      Step<RandomTally, ?, RandomToken> from,
      List<Arm> arms,
      Step<RandomTally, RandomToken, RandomToken> otherwise)
      implements Wire {}

  private record Rescue<I>(Step<RandomTally, I, RandomToken> from, Step<RandomTally, I, ?> handler)
      implements Wire {}

  private record Late(
      Step<RandomTally, RandomToken, RandomToken> await,
      Duration after,
      Step<RandomTally, RandomToken, RandomToken> to)
      implements Wire {}

  private record Policy(Step<RandomTally, ?, RandomToken> join, JoinPolicy policy)
      implements Wire {}

  private final Set<Wire> wires = new LinkedHashSet<>();
  private final Set<Step<?, ?, ?>> ended = new LinkedHashSet<>();
  private final List<Step<RandomTally, ?, RandomToken>> ends = new ArrayList<>();
  private final List<Step<RandomTally, ?, RandomToken>> terminals = new ArrayList<>();
  private final List<Step<RandomTally, ?, RandomToken>> sinks = new ArrayList<>();

  void way(Step<RandomTally, ?, RandomToken> from, Target to) {
    if (to instanceof End) {
      if (ended.add(from)) {
        ends.add(from);
      }
    } else {
      wires.add(new Way(from, to));
    }
  }

  void branch(
      Step<RandomTally, ?, RandomToken> from,
      List<Arm> arms,
      Step<RandomTally, RandomToken, RandomToken> otherwise) {
    wires.add(new Branch(from, arms, otherwise));
  }

  <I> void rescue(Step<RandomTally, I, RandomToken> from, Step<RandomTally, I, ?> handler) {
    wires.add(new Rescue<>(from, handler));
  }

  void late(
      Step<RandomTally, RandomToken, RandomToken> await,
      Duration after,
      Step<RandomTally, RandomToken, RandomToken> to) {
    wires.add(new Late(await, after, to));
  }

  void policy(Step<RandomTally, ?, RandomToken> join, JoinPolicy policy) {
    wires.add(new Policy(join, policy));
  }

  void terminate(Step<RandomTally, ?, RandomToken> step) {
    terminals.add(step);
  }

  void sink(Step<RandomTally, ?, RandomToken> step) {
    sinks.add(step);
  }

  Workflow<RandomTally, RandomToken, RandomToken> build(
      String name, Step<RandomTally, RandomToken, RandomToken> start, Merge<RandomTally> merge) {
    WorkflowBuilder<RandomTally, RandomToken> builder =
        Workflow.builder(name, RandomTally.class, () -> RandomTally.ZERO).merge(merge).start(start);
    for (var wire : wires) {
      builder = tell(builder, wire);
    }
    for (var step : sinks) {
      builder = builder.sink(step);
    }
    var ending = builder.returns(RandomToken.class);
    for (var step : ends) {
      ending = ending.end(step);
    }
    for (var step : terminals) {
      ending = ending.terminate(step);
    }
    return ending.build();
  }

  private static WorkflowBuilder<RandomTally, RandomToken> tell(
      WorkflowBuilder<RandomTally, RandomToken> builder, Wire wire) {
    return switch (wire) {
      case Way(var from, To(var to)) -> builder.edge(from, to);
      case Way(var from, Feed(var fork, var join)) -> builder.join(fork, from, join);
      case Way(_, End()) -> throw new IllegalStateException("an end is no way");
      case Branch(var from, var arms, var otherwise) -> branch(builder, from, arms, otherwise);
      case Rescue<?> rescue -> rescue(builder, rescue);
      case Late(var await, var after, var to) -> builder.onDeadline(await, after, to);
      case Policy(var join, var policy) -> builder.policy(join, policy);
    };
  }

  private static WorkflowBuilder<RandomTally, RandomToken> branch(
      WorkflowBuilder<RandomTally, RandomToken> builder,
      Step<RandomTally, ?, RandomToken> from,
      List<Arm> arms,
      Step<RandomTally, RandomToken, RandomToken> otherwise) {
    var branch = builder.branch(from);
    for (var arm : arms) {
      branch =
          branch
              .when(RandomToken.class)
              .and(token -> RandomSteps.takes(arm.seed(), token, arm.needsFuel()))
              .to(arm.to());
    }
    return branch.otherwise(otherwise);
  }

  private static <I> WorkflowBuilder<RandomTally, RandomToken> rescue(
      WorkflowBuilder<RandomTally, RandomToken> builder, Rescue<I> rescue) {
    return builder.onFailure(rescue.from(), rescue.handler());
  }
}
