package dev.treadle.executor;

import dev.treadle.StepFailure;
import dev.treadle.StepMark;
import dev.treadle.Workflow;
import dev.treadle.executor.spi.RunHeader;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// A run as it stood at a moment, without its payloads: what is pending and why, what is held, what
/// has failed. Of a durable run, what is on disk. Immutable.
///
/// @param header id, workflow, status, its reason, times and labels
/// @param live whether the executor that was asked drives it
/// @param deadline when the run fails unless it is done; empty if it has none, and of a transient
///   run
/// @param failure the first failure of a run that has failed or is failing
/// @param items pending items in the order of their numbers, as many as were asked for
/// @param pending how many pending items there are in all
/// @param groups how many executions of forks have not been joined
/// @param steps what is known of each step, by its name, in the order of placing; steps of which
///   nothing is known may be missing
/// @param outputs how many outputs the run has
/// @param contextBytes the size of its context as stored, deltas included; 0 if it has none
/// @param workflowAsKnown the workflow, if the executor that was asked knows it
public record RunView(
    RunHeader header,
    boolean live,
    Optional<Instant> deadline,
    Optional<StepFailure> failure,
    List<PendingItem> items,
    long pending,
    long groups,
    Map<String, StepView> steps,
    long outputs,
    long contextBytes,
    Optional<Workflow<?, ?, ?>> workflowAsKnown) {
  /// Copies the collections and rejects missing parts.
  public RunView {
    Objects.requireNonNull(header, "header");
    Objects.requireNonNull(deadline, "deadline");
    Objects.requireNonNull(failure, "failure");
    items = List.copyOf(items);
    steps = Collections.unmodifiableMap(new LinkedHashMap<>(steps));
    Objects.requireNonNull(workflowAsKnown, "workflowAsKnown");
  }

  RunView with(RunHeader other) {
    return new RunView(
        other,
        live,
        deadline,
        failure,
        items,
        pending,
        groups,
        steps,
        outputs,
        contextBytes,
        workflowAsKnown);
  }

  /// An item that is queued, waits, is being executed, or has failed for good.
  ///
  /// @param step the step's name
  /// @param sequence the item's number
  /// @param state where it stands
  /// @param attempt the number of the present or next attempt; of a failed item, of the last
  /// @param dueAt when it may go on, if that is not at once
  /// @param lastFailure why its last attempt failed, if one has
  public record PendingItem(
      String step,
      long sequence,
      State state,
      int attempt,
      Optional<Instant> dueAt,
      Optional<StepFailure> lastFailure) {
    /// Rejects missing parts.
    public PendingItem {
      Objects.requireNonNull(step, "step");
      Objects.requireNonNull(state, "state");
      Objects.requireNonNull(dueAt, "dueAt");
      Objects.requireNonNull(lastFailure, "lastFailure");
    }
  }

  /// Where an item stands.
  public enum State {
    /// It may be executed.
    READY,
    /// It is being executed by the executor that was asked.
    RUNNING,
    /// It waits for its time.
    WAITING,
    /// An attempt has failed, and it waits for the next.
    RETRYING,
    /// It has failed for good; `resume` tries it again.
    FAILED
  }

  /// What is known of one step.
  ///
  /// @param ready how many of its items may be executed
  /// @param running how many are being executed
  /// @param waiting how many wait for a time or for another attempt
  /// @param failed how many have failed for good
  /// @param held how many it holds
  /// @param arrived how many values wait at it, if it is a join
  /// @param completed how many it has done since the executor that was asked drives the run
  /// @param failures how many attempts have failed since then
  public record StepView(
      long ready,
      long running,
      long waiting,
      long failed,
      long held,
      long arrived,
      long completed,
      long failures) {

    StepMark mark() {
      var words = new ArrayList<String>();
      say(words, failed, "failed");
      say(words, running, "running");
      say(words, ready, "ready");
      say(words, waiting, "waiting");
      say(words, held, "held");
      say(words, arrived, "arrived");
      say(words, completed, "done");
      say(words, failures, failures == 1 ? "failure" : "failures");
      return new StepMark(String.join(", ", words), look());
    }

    private static void say(List<String> words, long count, String what) {
      if (count > 0) {
        words.add(count + " " + what);
      }
    }

    private StepMark.Look look() {
      if (failed > 0) {
        return StepMark.Look.FAILED;
      }
      if (running > 0) {
        return StepMark.Look.RUNNING;
      }
      if (ready > 0) {
        return StepMark.Look.READY;
      }
      if (waiting > 0 || arrived > 0) {
        return StepMark.Look.WAITING;
      }
      if (held > 0) {
        return StepMark.Look.HELD;
      }
      return completed > 0 ? StepMark.Look.DONE : StepMark.Look.IDLE;
    }
  }

  /// A drawing of the run as a Mermaid flowchart: its graph, each step with its counts and coloured
  /// by its state.
  ///
  /// @return the text, ending in a line break
  /// @throws IllegalStateException if the executor did not know the workflow
  public String toMermaid() {
    return toMermaid(
        workflowAsKnown.orElseThrow(() ->
            new IllegalStateException(
                "the executor has not seen workflow \""
                    + header.workflow()
                    + "\" yet, so its graph is not known; use toMermaid(workflow)")));
  }

  /// A drawing as [#toMermaid()] makes it, of a workflow that the executor did not know.
  ///
  /// @param workflow the run's workflow
  /// @return the text, ending in a line break
  /// @throws IllegalArgumentException if the run is of another workflow
  public String toMermaid(Workflow<?, ?, ?> workflow) {
    if (!workflow.name().equals(header.workflow())) {
      throw new IllegalArgumentException(
          "run "
              + header.id()
              + " is of workflow \""
              + header.workflow()
              + "\", not of \""
              + workflow.name()
              + '"');
    }
    var marks = new HashMap<String, StepMark>();
    for (var placed : workflow.graph().steps()) {
      marks.put(placed.step().name(), new StepMark("", StepMark.Look.IDLE));
    }
    steps.forEach((name, view) -> marks.put(name, view.mark()));
    return workflow.toMermaid(marks);
  }
}
