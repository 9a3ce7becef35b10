package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.JoinPolicy;
import dev.treadle.Step;
import dev.treadle.Transition;
import dev.treadle.TypeRef;
import dev.treadle.Workflow;
import dev.treadle.executor.spi.Entry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What has left a scope does not go with it when that closes (design, 3.6).
@Timeout(30)
final class LeftScopeTest {
  private final MemoryCheckpointStore store = MemoryCheckpointStore.create();
  private final ManualTime time = new ManualTime();
  private final CountDownLatch rescued = new CountDownLatch(1);
  private final CountDownLatch raced = new CountDownLatch(1);
  private final AtomicBoolean patient = new AtomicBoolean();

  /// A race of which one branch is a join that fails: its fallback, outside of the race, gets what
  /// had arrived. Another branch wins after that, and closes the race with a third in it.
  private Workflow<Object, Integer, String> race() {
    var race = Flows.upTo("race");
    var inner = Step.split("inner", Integer.class, Integer.class, _ -> List.of(10, 11, 12));
    var each =
        Step.map(
            "each",
            Integer.class,
            Integer.class,
            n -> {
              if (n > 10) {
                throw new IllegalStateException("broken");
              }
              return n;
            });
    var all = Step.join("all", Integer.class, Integer.class, List::getFirst);
    var rescue =
        Step.types(TypeRef.listOf(Integer.class), TypeRef.of(String.class))
            .<Object>of(
                "rescue",
                (_, list) -> {
                  rescued.countDown();
                  if (!patient.get()) {
                    Flows.blockForever();
                  }
                  return Transition.next("rescued " + list);
                });
    var win =
        Step.map(
            "win",
            Integer.class,
            Integer.class,
            n -> {
              Flows.await(rescued);
              return n;
            });
    // what is left of the race is found when its time comes, so not before that of another
    var late = Step.sleep("late", Integer.class, Duration.ofHours(2));
    var before = Step.sleep("before", Integer.class, Duration.ofHours(1));
    var begin = Flows.plus("begin", 0);
    var first = Step.join("first", Integer.class, Integer.class, List::getFirst);
    var told =
        Step.map(
            "told",
            Integer.class,
            String.class,
            n -> {
              raced.countDown();
              if (!patient.get()) {
                Flows.blockForever();
              }
              return "won by " + n;
            });
    return Workflow.builder("race")
        .start(begin)
        .edge(begin, before)
        .sink(before)
        .edge(begin, race)
        .branch(race)
        .when(Integer.class)
        .and(n -> n == 0)
        .to(inner)
        .when(Integer.class)
        .and(n -> n == 1)
        .to(win)
        .otherwise(late)
        .edge(inner, each)
        .join(inner, each, all)
        .policy(all, JoinPolicy.tolerating(1))
        .onFailure(all, rescue)
        .join(race, all, first)
        .join(race, win, first)
        .join(race, late, first)
        .policy(first, JoinPolicy.first())
        .edge(first, told)
        .end(told)
        .end(rescue)
        .build();
  }

  @Test
  void valuesOfAJoinThatFailed_outliveTheScopeThatItsFallbackHasLeft_alsoAfterDeath()
      throws Exception {
    var workflow = race();
    try (var dead = Flows.durable(store, time)) {
      var handle = dead.start(workflow, 3, Flows.ID);
      Flows.await(raced); // the race is over, and the fallback is busy with the values
      assertThat(dead.close(Duration.ZERO)).containsExactly(handle.id());
    }
    patient.set(true);
    try (var reader = store.reopen()) {
      assertThat(reader.entries(Flows.ID, -1, 100))
          .filteredOn(entry -> entry.kind() == Entry.Kind.VALUE && entry.step().equals("all"))
          .extracting(entry -> new String(entry.payload(), StandardCharsets.UTF_8))
          .containsExactly("10");
    }
    try (var executor = Flows.durable(store.reopen(), time)) {
      assertThat(executor.check(workflow).misfits()).isEmpty();
      var handle = executor.resume(workflow, Flows.ID);
      assertThat(time.pass(handle)).isInstanceOf(RunResult.Completed.class);
      assertThat(handle.outputs()).containsExactlyInAnyOrder("rescued [10]", "won by 1");
    }
    assertThat(store.reopen().entries(Flows.ID, -1, 100))
        .extracting(Entry::kind)
        .as("nothing is left behind")
        .containsExactly(Entry.Kind.INPUT, Entry.Kind.OUTPUT, Entry.Kind.OUTPUT);
  }
}
