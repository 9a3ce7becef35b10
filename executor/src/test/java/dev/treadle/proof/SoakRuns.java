package dev.treadle.proof;

import dev.treadle.RunId;
import dev.treadle.Step;
import dev.treadle.TreadleException;
import dev.treadle.Workflow;
import dev.treadle.executor.RunResult;
import dev.treadle.executor.WorkflowExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/// Runs, many at a time, that go on over the failures of their store.
///
/// Used by one thread.
final class SoakRuns {
  private static final int LANES = 64;
  private static final int STEPS = 6;

  private final Workflow<Object, Long, Long> workflow = workflow();
  private final List<Lane> lanes = new ArrayList<>();
  private final AtomicLong completed = new AtomicLong();
  private volatile boolean stopping;

  SoakRuns() {
    for (int i = 0; i < LANES; i++) {
      lanes.add(new Lane(i));
    }
  }

  /// How many runs came to the right end.
  long completed() {
    return completed.get();
  }

  /// Lets the runs go on; they end when the store fails or [#stop] is called.
  List<Thread> begin(WorkflowExecutor executor) {
    stopping = false;
    return lanes.stream()
        .map(lane -> Thread.startVirtualThread(() -> lane.goOn(executor)))
        .toList();
  }

  /// No run is begun any more.
  void stop() {
    stopping = true;
  }

  /// One run after the other.
  private final class Lane {
    private final int number;
    private long run;

    Lane(int number) {
      this.number = number;
    }

    /// Begins with the run that was under way when the store failed, whatever became of it.
    private void goOn(WorkflowExecutor executor) {
      try {
        while (!stopping) {
          var handle = executor.start(workflow, run, RunId.of("lane-" + number + "-" + run));
          if (!handle.await().equals(new RunResult.Completed<>(run + STEPS))) {
            throw new IllegalStateException(handle.id() + " came to a wrong end");
          }
          completed.incrementAndGet();
          run++;
        }
      } catch (InterruptedException e) {
        throw new IllegalStateException("nobody interrupts this thread", e);
      } catch (TreadleException e) {
        return; // the store has failed; the run goes on in the next life
      }
    }
  }

  private static Workflow<Object, Long, Long> workflow() {
    var steps = new ArrayList<Step<Object, Long, Long>>();
    for (int i = 0; i < STEPS; i++) {
      steps.add(Step.map("step" + i, Long.class, Long.class, n -> n + 1));
    }
    var builder = Workflow.builder("soak").start(steps.getFirst());
    for (var step : List.copyOf(steps.subList(1, STEPS))) {
      builder = builder.then(step);
    }
    return builder.end(steps.getLast()).build();
  }
}
