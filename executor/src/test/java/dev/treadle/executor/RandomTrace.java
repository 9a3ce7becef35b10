package dev.treadle.executor;

import dev.treadle.StepContext;
import dev.treadle.executor.ModelAccount.Gathered;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/// What the code of a random graph's steps sees of a run; one run at a time. Safe for use by many
/// threads.
final class RandomTrace {
  private final ConcurrentLinkedQueue<Gathered> gathered = new ConcurrentLinkedQueue<>();

  /// Changes of a context are applied one after another, so the last one gives the final context.
  private volatile RandomTally context = RandomTally.ZERO;

  /// What a step does before anything else.
  private volatile Entered entered = _ -> {};

  /// Something that happens when a step begins.
  @FunctionalInterface
  interface Entered {
    void by(StepContext<?> ctx) throws InterruptedException;
  }

  void onEntering(Entered action) {
    entered = action;
  }

  void executes(StepContext<?> ctx) throws InterruptedException {
    entered.by(ctx);
  }

  void clear() {
    gathered.clear();
    context = RandomTally.ZERO;
  }

  void gathered(String step, List<?> values) {
    gathered.add(new Gathered(step, List.copyOf(values)));
  }

  RandomTally changed(RandomTally to) {
    context = to;
    return to;
  }

  RandomTally context() {
    return context;
  }

  List<Gathered> gathered() {
    return List.copyOf(gathered);
  }
}
