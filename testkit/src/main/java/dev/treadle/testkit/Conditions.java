package dev.treadle.testkit;

import dev.treadle.Workflow;
import dev.treadle.executor.RunOptions;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/// Under which conditions runs are tried: what is said of them at their start, what acts on them,
/// what happens between two lives of the process.
///
/// Immutable.
///
/// @param outside what acts on a run
/// @param options what is said of a run at its start, its id aside
/// @param mend what is done, a few times in each life, to a run that stands still; empty for
///   nothing
/// @param successor the workflow of all lives but the first; empty for the same
/// @param down how long the process is down after a death
record Conditions<C, I, O>(
    Outside outside,
    UnaryOperator<RunOptions<C>> options,
    Optional<Mend<O>> mend,
    Optional<Function<Journal, Workflow<C, I, O>>> successor,
    Duration down) {

  /// Time moves on when a run waits, and nothing else happens.
  static <C, I, O> Conditions<C, I, O> usual() {
    return new Conditions<>(
        Outside.movingTime(),
        UnaryOperator.identity(),
        Optional.empty(),
        Optional.empty(),
        Duration.ZERO);
  }

  Conditions<C, I, O> outside(Outside world) {
    return new Conditions<>(world, options, mend, successor, down);
  }

  Conditions<C, I, O> options(UnaryOperator<RunOptions<C>> said) {
    return new Conditions<>(outside, said, mend, successor, down);
  }

  Conditions<C, I, O> mend(Mend<O> how) {
    return new Conditions<>(outside, options, Optional.of(how), successor, down);
  }

  Conditions<C, I, O> successor(Function<Journal, Workflow<C, I, O>> changed) {
    return new Conditions<>(outside, options, mend, Optional.of(changed), down);
  }

  Conditions<C, I, O> down(Duration time) {
    return new Conditions<>(outside, options, mend, successor, time);
  }
}
