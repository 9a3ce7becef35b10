package dev.treadle.executor;

import dev.treadle.RunStatus;
import dev.treadle.StepFailure;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What a run has brought forth so far: its outputs, what its steps hold, its failure. Confined
/// like the [RunState] that it belongs to.
final class Results {
  private final List<Output> outputs = new ArrayList<>(1);
  private Map<PlanStep, Held> holds = Collections.emptyMap();
  private @Nullable Output terminal;

  /// The first failure that was recorded since the run went on.
  @Nullable StepFailure failure;

  /// The deadline that the run was not done by, if it fails for that.
  @Nullable Instant missed;

  /// The item that put the run into quarantine.
  @Nullable Item poison;

  /// An output of the run.
  record Output(long id, PlanStep step, Object value) {}

  /// How many items a step holds.
  static final class Held {
    final long id;
    long count;

    /// Items that other steps had held, before they were renamed to this one.
    long elsewhere;

    Held(long id) {
      this.id = id;
    }
  }

  /// Takes an output.
  ///
  /// @param terminates whether it ends the run
  void add(Output output, boolean terminates) {
    outputs.add(output);
    if (terminates) {
      terminal = output;
    }
  }

  /// The count of a step's held items, or null if it holds none.
  @Nullable Held held(PlanStep step) {
    return holds.get(step);
  }

  void add(PlanStep step, Held held) {
    holds = Grown.orderedMap(holds);
    var other = holds.putIfAbsent(step, held);
    if (other != null) {
      other.elsewhere += held.count;
    }
  }

  /// Whether an output has ended the run.
  boolean isTerminated() {
    return terminal != null;
  }

  /// Whether there is no output, but items that are held.
  boolean isStalled() {
    return outputs.isEmpty() && !holds.isEmpty();
  }

  /// The outputs in the order of their commits.
  List<Output> outputs() {
    return outputs;
  }

  /// The output that counts: that of `terminate`, else the first; or null.
  @Nullable Output output() {
    return terminal != null ? terminal : outputs.isEmpty() ? null : outputs.getFirst();
  }

  /// How many items each step holds, in the order of the first hold.
  Map<String, Long> holds() {
    var counts = new LinkedHashMap<String, Long>();
    holds.forEach((step, held) -> counts.put(step.name, held.count + held.elsewhere));
    return counts;
  }

  /// How a run of a status ended, or why it stands still.
  ///
  /// @param undos what became of the run's undos
  /// @throws IllegalStateException if it goes on
  RunResult<Object> result(RunStatus status, UndoReport undos) {
    return switch (status) {
      case COMPLETED -> {
        var output = output();
        yield output == null
            ? new RunResult.CompletedWithoutOutput<>()
            : new RunResult.Completed<>(output.value());
      }
      case FAILED ->
          missed == null
              ? new RunResult.Failed<>(Objects.requireNonNull(failure, "failure"), undos)
              : new RunResult.DeadlinePassed<>(missed, undos);
      case STALLED -> new RunResult.Stalled<>(holds());
      case QUARANTINED -> {
        var item = Objects.requireNonNull(poison, "poison");
        yield new RunResult.Quarantined<>(item.step.name, item.sequence);
      }
      case CANCELLED -> new RunResult.Cancelled<>(undos);
      default -> throw new IllegalStateException("the run is " + status);
    };
  }
}
