package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.JoinPolicy;
import dev.treadle.RunStatus;
import dev.treadle.Signal;
import dev.treadle.Step;
import dev.treadle.Workflow;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A wait that was dropped with its group is over, whatever happens to the process.
final class DroppedWaitTest {
  private static final Signal<Integer> SIGNAL = Signal.of("go", Integer.class);

  private static final Workflow<Object, Integer, Integer> WORKFLOW = workflow();

  private final ManualTime time = new ManualTime();

  /// Waits twice in a scope that closes when one signal is there, and behind it.
  private static Workflow<Object, Integer, Integer> workflow() {
    var fork = Flows.plus("fork", 1);
    var dropped = Step.await("dropped", Integer.class, SIGNAL, _ -> "dropped");
    var first = Step.await("first", Integer.class, SIGNAL, _ -> "first");
    var join = Step.join("join", Integer.class, Integer.class, List::size);
    var last = Step.await("last", Integer.class, SIGNAL, _ -> "last");
    return Workflow.builder("dropping")
        .start(fork)
        .edge(fork, dropped)
        .edge(fork, first)
        .join(fork, dropped, join)
        .join(fork, first, join)
        .policy(join, JoinPolicy.first())
        .edge(join, last)
        .end(last)
        .build();
  }

  /// @param deaths how often the process ends after the scope has closed; after the first, and then
  ///   after every other end the run is driven again
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4})
  void signalForAWaitThatWasDropped_isLate_howOftenTheProcessEnds(int deaths) throws Exception {
    var store = MemoryCheckpointStore.create();
    var executor = Flows.durable(store, time);
    try {
      var handle = executor.start(WORKFLOW, 1, Flows.ID);
      Flows.awaitStatus(handle, RunStatus.WAITING);
      assertThat(executor.signal(Flows.ID, SIGNAL, "first", 5)).isEqualTo(SignalAnswer.DELIVERED);
      Flows.awaitStatus(handle, RunStatus.WAITING);
      for (int i = 0; i < deaths; i++) {
        executor.close(Flows.LIMIT);
        store = store.reopen();
        executor = Flows.durable(store, time);
        if (i % 2 == 1) {
          handle = executor.resume(WORKFLOW, Flows.ID);
          Flows.awaitStatus(handle, RunStatus.WAITING);
          // any commit: with it what was dropped is removed
          assertThat(executor.signal(Flows.ID, SIGNAL, "other" + i, i))
              .isEqualTo(SignalAnswer.KEPT);
        }
      }
      assertThat(executor.signal(Flows.ID, SIGNAL, "dropped", 7)).isEqualTo(SignalAnswer.LATE);
      assertThat(executor.signal(Flows.ID, SIGNAL, "last", 8)).isEqualTo(SignalAnswer.DELIVERED);
      assertThat(Flows.end(executor.resume(WORKFLOW, Flows.ID)))
          .isEqualTo(new RunResult.Completed<>(8));
    } finally {
      executor.close(Flows.LIMIT);
    }
  }
}
