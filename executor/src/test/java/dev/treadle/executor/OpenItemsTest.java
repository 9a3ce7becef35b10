package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.treadle.RetryPolicy;
import dev.treadle.RunId;
import dev.treadle.RunStatus;
import dev.treadle.Signal;
import dev.treadle.Step;
import dev.treadle.Transition;
import dev.treadle.Workflow;
import dev.treadle.executor.spi.Entry;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is open in the group of a join, and what is stored of it (design, 3.6).
@Timeout(30)
final class OpenItemsTest {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Signal<Integer> GO = Signal.of("go", Integer.class);
  private static final RunId CHILD = RunId.of("the-child");

  private final ManualTime time = new ManualTime();
  private final MemoryCheckpointStore store = MemoryCheckpointStore.create();
  private final AtomicInteger joined = new AtomicInteger();

  private WorkflowExecutor executor(boolean durable) {
    return durable ? Flows.durable(store, time) : WorkflowExecutor.builder().time(time).build();
  }

  // --- what waits

  /// Two branches, of which the odd one comes to a step that waits.
  private Workflow<Object, Integer, String> oneOfTwo(
      Step<Object, Integer, Integer> fork, Step<Object, Integer, Integer> waits) {
    var quick = Flows.plus("quick", 0);
    var join =
        Step.join(
            "join",
            Integer.class,
            String.class,
            list -> {
              joined.incrementAndGet();
              return list.toString();
            });
    return Workflow.builder("one of two")
        .start(fork)
        .branch(fork)
        .when(Integer.class)
        .and(n -> n == 1)
        .to(waits)
        .otherwise(quick)
        .join(fork, quick, join)
        .join(fork, waits, join)
        .end(join)
        .build();
  }

  /// What lets the waiting item go on.
  private interface Release {
    void go(WorkflowExecutor executor) throws Exception;
  }

  private void waitsOpen(boolean durable, Step<Object, Integer, Integer> waits, Release release)
      throws Exception {
    waitsOpen(durable, oneOfTwo(Flows.upTo("fork"), waits), release);
  }

  private void waitsOpen(
      boolean durable, Workflow<Object, Integer, String> workflow, Release release)
      throws Exception {
    try (var executor = executor(durable)) {
      var handle = executor.start(workflow, 2, Flows.ID);
      Flows.awaitStatus(handle, RunStatus.WAITING);
      assertThat(joined).as("the other branch has arrived, and the join waits").hasValue(0);
      release.go(executor);
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.Completed<>("[0, 1]"));
    }
    assertThat(joined).hasValue(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void waitingForARetry_isOpen(boolean durable) throws Exception {
    var attempts = new AtomicInteger();
    var waits =
        Step.map(
                "waits",
                Integer.class,
                Integer.class,
                n -> {
                  if (attempts.incrementAndGet() == 1) {
                    throw new IOException("the first");
                  }
                  return n;
                })
            .retry(RetryPolicy.fixed(HOUR));
    waitsOpen(durable, waits, _ -> time.advance(HOUR));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void waitingForATimer_isOpen(boolean durable) throws Exception {
    var waits =
        Step.<Object, Integer, Integer>of(
            "waits", Integer.class, Integer.class, (_, n) -> Transition.after(HOUR, n));
    waitsOpen(durable, waits, _ -> time.advance(HOUR));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void waitingForASignal_isOpen(boolean durable) throws Exception {
    var waits = Step.await("waits", Integer.class, GO, n -> "k" + n);
    waitsOpen(
        durable,
        waits,
        executor ->
            assertThat(executor.signal(Flows.ID, GO, "k1", 1)).isEqualTo(SignalAnswer.DELIVERED));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void waitingForAChild_isOpen(boolean durable) throws Exception {
    var child = Flows.only(Step.await("held", Integer.class, GO, n -> "k" + n));
    var fork =
        Step.<Object, Integer, Integer>of(
            "fork",
            Integer.class,
            Integer.class,
            (ctx, _) -> {
              ctx.start(child, CHILD, 7);
              return Transition.nextAll(List.of(0, 1));
            });
    var waits = Step.awaitRun("waits", Integer.class, Integer.class, child, _ -> CHILD);
    waitsOpen(
        durable,
        oneOfTwo(fork, waits),
        executor ->
            assertThat(executor.signal(CHILD, GO, "k7", 1)).isNotEqualTo(SignalAnswer.LATE));
  }

  // --- what leaves

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void itemThatGoesToAnEndOrASink_isOpenNoLonger(boolean withOutput) {
    var run = ModelRun.of(leaving(withOutput));
    run.givesAll("fork", "1", "2");
    run.gives("work", "1a");
    run.gives("work", "2a");
    run.gives("pass", "1b");
    run.gives("leave", "1 left");
    assertThat(run.ready()).as("one is open still").containsExactly("pass", "leave");
    run.gives("pass", "2b");
    assertThat(run.ready()).as("the last but for what has left").containsExactly("leave", "join");
    run.gives("leave", "2 left");
    assertThat(run.gives("join", "joined").input()).isEqualTo(List.of("1b", "2b"));
    assertThat(run.state.status()).isEqualTo(RunStatus.COMPLETED);
    assertThat(run.state.outputs()).hasSize(withOutput ? 3 : 1);
  }

  /// Each branch has a way to the join, and one to another end.
  private static Workflow<?, ?, ?> leaving(boolean withOutput) {
    var fork = ModelRun.step("fork");
    var work = ModelRun.step("work");
    var pass = ModelRun.step("pass");
    var leave = ModelRun.step("leave");
    var join = ModelRun.join("join");
    var graph =
        Workflow.builder("leaving")
            .start(fork)
            .edge(fork, work)
            .edge(work, pass)
            .edge(work, leave)
            .join(fork, pass, join);
    return withOutput ? graph.end(leave).end(join).build() : graph.sink(leave).end(join).build();
  }

  // --- what is stored

  @Test
  void arrivedValues_areStoredOneByOne_eachUnderTheLimit_andTheJoinsItemHoldsNoList()
      throws Exception {
    var large = "x".repeat(600);
    var fork =
        Step.split(
            "fork", Integer.class, String.class, n -> java.util.Collections.nCopies(n, large));
    var each = Step.map("each", String.class, String.class, text -> text);
    var blocked = new CountDownLatch(1);
    var mayReturn = new CountDownLatch(1);
    var join =
        Step.join(
            "join",
            String.class,
            Integer.class,
            list -> {
              blocked.countDown();
              Flows.await(mayReturn);
              return list.size();
            });
    var workflow =
        Workflow.builder("large")
            .start(fork)
            .edge(fork, each)
            .join(fork, each, join)
            .end(join)
            .build();
    try (var dead = limited(store)) {
      var handle = dead.start(workflow, 20, Flows.ID);
      Flows.await(blocked);
      assertThat(dead.close(Duration.ZERO)).containsExactly(handle.id());
    }
    mayReturn.countDown();
    assertOneByOne(store.reopen().entries(Flows.ID, -1, 1_000));
    try (var executor = limited(store.reopen())) {
      assertThat(Flows.end(executor.resume(workflow, Flows.ID)))
          .as("twelve times the limit for one payload")
          .isEqualTo(new RunResult.Completed<>(20));
    }
  }

  private static WorkflowExecutor limited(MemoryCheckpointStore store) {
    var limits = PayloadLimits.defaults().withMaxBytes(1_000);
    return WorkflowExecutor.builder().store(store).payloadLimits(limits).build();
  }

  private static void assertOneByOne(List<Entry> entries) {
    assertThat(entries)
        .filteredOn(entry -> entry.kind() == Entry.Kind.VALUE)
        .hasSize(20)
        .allMatch(value -> value.payload().length == 602);
    var group = entries.stream().filter(entry -> entry.kind() == Entry.Kind.GROUP).findFirst();
    var items = entries.stream().filter(entry -> entry.kind() == Entry.Kind.ITEM).toList();
    assertThat(items).extracting(Entry::step).containsExactly("join");
    assertThat(items.getFirst().payload()).as("no list").isEmpty();
    assertThat(EntryCodec.SHARED.marks(items.getFirst().detail()).values())
        .as("it refers to the group")
        .isEqualTo(group.orElseThrow().id());
  }

  // --- the invariant

  @Test
  void drainedRun_hasNoOpenGroup_andOneThatHasIsReported() {
    var run = ModelRun.of(leaving(true));
    var fork = Objects.requireNonNull(run.state.queue.ready.peek()).step;
    run.state.restore(new Group(99, fork, null)); // of which no item is left

    assertThatIllegalStateException()
        .isThrownBy(() -> run.holds("fork"))
        .withMessage("1 joins wait for items that do not exist");
  }
}
