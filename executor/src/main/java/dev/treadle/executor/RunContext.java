package dev.treadle.executor;

import dev.treadle.RunId;
import dev.treadle.Workflow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The state of one run that the caller drives item by item with
/// [WorkflowExecutor#processWorkItem]: its context, its open joins and its outputs. The queue is
/// the caller's. Not safe for use by many threads.
///
/// @param <C> the type of the context
/// @param <O> the type of the run's output
public final class RunContext<C, O> {
  final RunIdentity run;
  final RunState state;

  private RunContext(RunIdentity run, RunState state) {
    this.run = run;
    this.state = state;
  }

  /// The state of a run that has not begun.
  ///
  /// @param workflow the workflow
  /// @param id the run's id
  /// @param <C> the type of the context
  /// @param <O> the type of the output
  /// @return a new state
  public static <C, O> RunContext<C, O> of(Workflow<C, ?, O> workflow, RunId id) {
    var plan = Plan.of(workflow, null);
    var incarnation = UUID.randomUUID().toString();
    var run = RunIdentity.of(id, incarnation, Instant.EPOCH, RunOptions.none());
    var first = plan.initialContext == null ? null : plan.initialContext.get();
    return new RunContext<>(run, new RunState(plan, first));
  }

  /// The context as the executed items have left it.
  ///
  /// @return the context, or empty if the workflow has none
  @SuppressWarnings("unchecked") // every change was checked against the context's class
  public Optional<C> state() {
    return Optional.ofNullable((C) state.context);
  }

  /// The outputs that the executed items have given.
  ///
  /// @return the outputs in order
  @SuppressWarnings("unchecked") // the graph has checked that each end fits the output type
  public List<O> outputs() {
    var values = new ArrayList<O>();
    state.outputs().forEach(output -> values.add((O) output.value()));
    return List.copyOf(values);
  }

  @Nullable PlanStep find(String step) {
    return state.plan.find(step);
  }
}
