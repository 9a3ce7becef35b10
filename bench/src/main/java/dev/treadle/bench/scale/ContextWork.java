package dev.treadle.bench.scale;

import dev.treadle.Merge;
import dev.treadle.Step;
import dev.treadle.Transition;
import dev.treadle.Workflow;
import dev.treadle.executor.WorkflowExecutor;
import java.util.concurrent.atomic.AtomicLong;

/// Deltas of about 50 bytes that are merged into a context of some size.
final class ContextWork {
  static final String DIMENSION = "bytes of the context";

  private static final String NOTE = "n".repeat(20);

  /// A context: large text that stays, and a sum.
  ///
  /// @param base the text, empty in a delta
  /// @param note some words, of the last delta
  /// @param sum what deltas add to
  public record Ledger(String base, String note, long sum) {
    static Ledger merge(Ledger one, Ledger other) {
      return new Ledger(
          one.base.isEmpty() ? other.base : one.base, other.note, one.sum + other.sum);
    }
  }

  private ContextWork() {}

  /// Merges deltas.
  ///
  /// @return what the process wrote from the first delta to the last, or -1
  static long run(WorkflowExecutor executor, int size, int deltas) throws Exception {
    var before = new AtomicLong();
    var after = new AtomicLong();
    var delta = new Ledger("", NOTE, 1);
    var loop =
        Step.in(Ledger.class)
            .of(
                "loop",
                Integer.class,
                Integer.class,
                (context, count) -> {
                  if (count == 0) {
                    before.set(Gauge.writtenBytes());
                  }
                  context.merge(delta);
                  return Transition.next(count + 1);
                });
    var done =
        Step.in(Ledger.class)
            .of(
                "done",
                Integer.class,
                Long.class,
                (context, _) -> {
                  after.set(Gauge.writtenBytes());
                  return Transition.next(context.state().sum());
                });
    var workflow =
        Workflow.builder("context" + size, Ledger.class, () -> new Ledger("b".repeat(size), "", 0))
            .merge(Merge.of(new Ledger("", "", 0), Ledger::merge))
            .start(loop)
            .branch(loop)
            .when(Integer.class)
            .and(count -> count < deltas)
            .to(loop)
            .otherwise(done)
            .end(done)
            .build();
    long sum = executor.run(workflow, 0);
    if (sum != deltas) {
      throw new IllegalStateException(sum + " deltas were merged, not " + deltas);
    }
    return Gauge.between(before.get(), after.get());
  }
}
