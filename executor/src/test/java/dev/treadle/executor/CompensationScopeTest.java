package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.JoinPolicy;
import dev.treadle.Step;
import dev.treadle.Workflow;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is undone of a group that has closed before all in it had ended (decision 9).
@Timeout(30)
final class CompensationScopeTest {
  private final MemoryCheckpointStore store = MemoryCheckpointStore.create();
  private final Told told = new Told();
  private final Trips trips = new Trips();

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anAttemptWhoseGroupHasClosed_cleansUpAfterItself_andOnlyWhatHasCommittedIsUndone(
      boolean durable) throws Exception {
    var slowIsIn = new CountDownLatch(1);
    var cut = new CountDownLatch(1);
    var cleanedUp = new AtomicBoolean();
    var fork = Flows.upTo("fork");
    var slow =
        Step.map(
            "slow",
            Integer.class,
            String.class,
            n -> {
              slowIsIn.countDown();
              try {
                Flows.blockForever();
              } catch (InterruptedException e) {
                cleanedUp.set(true);
                throw e;
              }
              return "slow " + n;
            });
    var ready =
        Step.map(
            "ready",
            Integer.class,
            Integer.class,
            n -> {
              Flows.await(slowIsIn);
              return n;
            });
    var quick = trips.book("quick");
    var first = Step.join("first", String.class, String.class, List::getFirst);
    var fail =
        Step.map(
            "fail",
            String.class,
            String.class,
            _ -> {
              Flows.await(cut);
              throw new IllegalStateException("no");
            });
    var workflow =
        Workflow.builder("race")
            .start(fork)
            .branch(fork)
            .when(Integer.class)
            .and(n -> n == 0)
            .to(slow)
            .otherwise(ready)
            .edge(ready, quick)
            .join(fork, slow, first)
            .join(fork, quick, first)
            .policy(first, JoinPolicy.first())
            .edge(first, fail)
            .compensate(slow, trips.undo(slow))
            .compensate(quick, trips.undo(quick))
            .end(fail)
            .build();
    var builder = WorkflowExecutor.builder().listener(told);
    try (var executor = durable ? builder.store(store).build() : builder.build()) {
      var handle = executor.start(workflow, 2, Flows.ID);
      told.await(StepEvent.Cut.class);
      cut.countDown();
      assertThat(Flows.failed(handle).undos().undone()).isEqualTo(1);
    }
    assertThat(cleanedUp).isTrue();
    assertThat(trips.log).containsExactly("book quick 1", "undo quick 1");
  }
}
