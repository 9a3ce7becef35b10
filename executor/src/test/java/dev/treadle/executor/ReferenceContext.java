package dev.treadle.executor;

import dev.treadle.RunId;
import dev.treadle.StepContext;
import dev.treadle.StepFailure;
import dev.treadle.Workflow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// What the [ReferenceInterpreter] gives a step: collects what it asks of the context.
final class ReferenceContext implements StepContext<Object> {
  final List<UnaryOperator<Object>> changes = new ArrayList<>();

  private final ReferenceInterpreter run;
  private final Object state;
  private final String step;
  private final int attempt;
  private final Optional<StepFailure> failure;

  ReferenceContext(
      ReferenceInterpreter run,
      Object state,
      String step,
      int attempt,
      Optional<StepFailure> failure) {
    this.run = run;
    this.state = state;
    this.step = step;
    this.attempt = attempt;
    this.failure = failure;
  }

  @Override
  public Object state() {
    return state;
  }

  @Override
  public void update(UnaryOperator<Object> change) {
    changes.add(change);
  }

  @Override
  public void merge(Object delta) {
    changes.add(before -> run.merged(before, delta));
  }

  @Override
  public <In> void start(Workflow<?, In, ?> workflow, RunId id, In input) {
    throw new UnsupportedOperationException("the reference knows one run at a time");
  }

  @Override
  public String idempotencyKey() {
    throw new UnsupportedOperationException("the reference has no keys");
  }

  @Override
  public int attempt() {
    return attempt;
  }

  @Override
  public Optional<Instant> deadline() {
    return Optional.empty();
  }

  @Override
  public Optional<StepFailure> failure() {
    return failure;
  }

  @Override
  public RunId runId() {
    return RunId.of("reference");
  }

  @Override
  public String step() {
    return step;
  }
}
