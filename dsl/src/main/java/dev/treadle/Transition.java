package dev.treadle;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

/// What a [Node] answers: which outputs go on, and when.
///
/// @param <O> the type of the outputs
public sealed interface Transition<O> {

  /// One output goes on.
  ///
  /// @param output the output
  /// @param <O> the type of the output
  record Next<O>(O output) implements Transition<O> {
    /// Rejects a missing output.
    public Next {
      if (output == null) {
        throw new NullPointerException("output");
      }
    }
  }

  /// Several outputs go on, each by itself, in this order; none at all ends the branch, and at a
  /// fork lets the join go on with an empty list.
  ///
  /// @param outputs the outputs, without nulls
  /// @param <O> the type of the outputs
  record NextAll<O>(List<O> outputs) implements Transition<O> {
    /// Copies the list.
    public NextAll {
      outputs = List.copyOf(outputs);
    }
  }

  /// The item is consumed and nothing follows; nothing ever releases it.
  ///
  /// @param <O> the type of the outputs that do not come
  record Hold<O>() implements Transition<O> {}

  /// The step has failed for good: no retry, but its fallback applies.
  ///
  /// @param reason why, for people
  /// @param <O> the type of the outputs that do not come
  record Abort<O>(String reason) implements Transition<O> {
    /// Rejects a missing reason.
    public Abort {
      Objects.requireNonNull(reason, "reason");
    }
  }

  /// One output goes on, not before a delay is over.
  ///
  /// @param delay how long it waits, zero or more
  /// @param output the output
  /// @param <O> the type of the output
  record After<O>(Duration delay, O output) implements Transition<O> {
    /// Rejects a missing part and a negative delay.
    public After {
      if (delay.isNegative()) {
        throw new IllegalArgumentException("delay must not be negative, was " + delay);
      }
      Objects.requireNonNull(output, "output");
    }
  }

  /// One output goes on.
  ///
  /// @param output the output
  /// @param <O> the type of the output
  /// @return the transition
  static <O> Transition<O> next(O output) {
    return new Next<>(output);
  }

  /// Several outputs go on, in this order.
  ///
  /// @param outputs the outputs, without nulls; copied
  /// @param <O> the type of the outputs
  /// @return the transition
  static <O> Transition<O> nextAll(List<? extends O> outputs) {
    return new NextAll<>(List.copyOf(outputs));
  }

  /// The item is consumed without successors. A run that drains with holds and no output is
  /// stalled.
  ///
  /// @param <O> the type of the outputs that do not come
  /// @return the transition
  static <O> Transition<O> hold() {
    return new Hold<>();
  }

  /// The step has failed for good.
  ///
  /// @param reason why, for people
  /// @param <O> the type of the outputs that do not come
  /// @return the transition
  static <O> Transition<O> abort(String reason) {
    return new Abort<>(reason);
  }

  /// One output goes on after a delay that survives a restart.
  ///
  /// @param delay how long it waits, zero or more
  /// @param output the output
  /// @param <O> the type of the output
  /// @return the transition
  static <O> Transition<O> after(Duration delay, O output) {
    return new After<>(delay, output);
  }
}
