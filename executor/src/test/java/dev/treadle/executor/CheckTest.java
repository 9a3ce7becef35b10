package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.treadle.RunId;
import dev.treadle.RunStatus;
import dev.treadle.Step;
import dev.treadle.Transition;
import dev.treadle.Workflow;
import dev.treadle.executor.spi.CheckpointReader;
import dev.treadle.executor.spi.CommitUnknownException;
import dev.treadle.executor.spi.Entry;
import dev.treadle.executor.spi.RunHeader;
import dev.treadle.executor.spi.RunQuery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Looking at stored runs without starting or changing anything.
@Timeout(60)
final class CheckTest {
  private final MemoryCheckpointStore store = MemoryCheckpointStore.create();
  private final AtomicInteger executions = new AtomicInteger();

  /// A workflow whose second step waits an hour, fails or holds, as its input says.
  private Workflow<Object, Integer, Integer> workflow() {
    var first = Flows.plus("first", 0);
    var second =
        Step.of(
            "second",
            Integer.class,
            Integer.class,
            (_, n) -> {
              executions.incrementAndGet();
              return switch (n) {
                case 0 -> Transition.after(Duration.ofHours(1), n);
                case 1 -> throw new IllegalStateException("fails");
                case 2 -> Transition.hold();
                default -> Transition.next(n);
              };
            });
    return Flows.chain("checked", first, second);
  }

  private void leaveOneOfEach() throws Exception {
    var time = new ManualTime();
    try (var executor = Flows.durable(store, time)) {
      var workflow = workflow();
      var waiting = executor.start(workflow, 0, RunId.of("waiting"));
      Flows.awaitStatus(waiting, RunStatus.WAITING);
      assertThat(Flows.failed(executor.start(workflow, 1, RunId.of("failed")))).isNotNull();
      assertThat(Flows.end(executor.start(workflow, 2, RunId.of("stalled"))))
          .isInstanceOf(RunResult.Stalled.class);
      assertThat(Flows.end(executor.start(workflow, 3, RunId.of("done"))))
          .isInstanceOf(RunResult.Completed.class);
      assertThat(Flows.end(executor.start(Flows.only(Flows.plus("x", 1)), 3, RunId.of("another"))))
          .isInstanceOf(RunResult.Completed.class);
    }
    executions.set(0);
  }

  private static Workflow<Object, Integer, Integer> changed() {
    var first = Flows.plus("first", 0);
    return Flows.chain("checked", first, Flows.plus("other", 0));
  }

  @Test
  void check_saysForEveryRunThatIsNotOver_whetherItFits() throws Exception {
    leaveOneOfEach();
    try (var executor = WorkflowExecutor.create(store.reopen())) {
      assertThat(executor.check(workflow()))
          .isEqualTo(new CheckReport("checked", 3, 0, List.of()))
          .matches(CheckReport::allFit);
      var report = executor.check(changed());
      assertThat(report.allFit()).isFalse();
      assertThat(report.runs()).isEqualTo(3);
      assertThat(report.misfitting()).isEqualTo(3);
      var item = "step \"second\" has a pending item, but the workflow has no such step now";
      var held = "step \"second\" has a hold, but the workflow has no such step now";
      assertThat(report.misfits())
          .containsExactly(
              new CheckReport.Misfit(
                  RunId.of("failed"), Optional.of(RunStatus.FAILED), List.of(item)),
              new CheckReport.Misfit(
                  RunId.of("stalled"), Optional.of(RunStatus.STALLED), List.of(held)),
              new CheckReport.Misfit(
                  RunId.of("waiting"), Optional.of(RunStatus.WAITING), List.of(item)));
    }
    assertThat(executions).hasValue(0);
  }

  @Test
  void check_startsAndChangesNothing_notEvenWhatIsUnfinished() throws Exception {
    var faulty = FaultyStore.create().unknownAfter(3); // in the parts of the fork's commit
    var fork = Flows.fork(Flows.plus("each", 0));
    try (var executor = WorkflowExecutor.create(faulty)) {
      assertThatExceptionOfType(CommitUnknownException.class)
          .isThrownBy(() -> executor.run(fork, 13_000, Flows.ID));
    }
    var writes = FaultyStore.over(faulty.reopen());
    try (var executor = WorkflowExecutor.create(writes)) {
      assertThat(executor.check(fork)).isEqualTo(new CheckReport("forking", 1, 0, List.of()));
      assertThat(executor.runs(RunQuery.all(9)))
          .extracting(RunHeader::status)
          .containsExactly(RunStatus.RUNNING);
    }
    assertThat(writes.appends()).isZero();
    assertThat(writes.discards()).isZero();
  }

  @Test
  void check_ofAReaderAlone_needsNoExecutor() throws Exception {
    leaveOneOfEach();
    try (var reader = store.reopen()) {
      assertThat(WorkflowExecutor.check(reader, workflow()).allFit()).isTrue();
      assertThat(WorkflowExecutor.check(reader, changed()).misfitting()).isEqualTo(3);
      assertThat(reader.find(RunId.of("waiting"))).as("left open").isPresent();
    }
  }

  @Test
  void check_ofAnotherVersionOfAWorkflowThatRunsHere_isAllowed() throws Exception {
    var in = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    var step =
        Step.map(
            "step",
            Integer.class,
            Integer.class,
            n -> {
              in.countDown();
              Flows.await(go);
              return n;
            });
    var workflow = Flows.only(step);
    try (var executor = WorkflowExecutor.create(store)) {
      var handle = executor.start(workflow, 1, Flows.ID);
      Flows.await(in);
      assertThat(executor.check(Flows.only(Flows.plus("renamed", 1))).misfits())
          .containsExactly(
              new CheckReport.Misfit(
                  Flows.ID,
                  Optional.of(RunStatus.RUNNING),
                  List.of(
                      "step \"step\" has a pending item, but the workflow has no such step now")));
      go.countDown();
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.Completed<>(1));
      assertThat(executor.check(workflow)).isEqualTo(new CheckReport("only", 0, 0, List.of()));
    }
  }

  @Test
  void check_ofATransientExecutor_findsNothing() {
    try (var executor = WorkflowExecutor.create()) {
      assertThat(executor.check(workflow())).isEqualTo(new CheckReport("checked", 0, 0, List.of()));
    }
  }

  @Test
  void sameFaultOfManyItems_isNamedOnce() throws Exception {
    var held =
        Step.of(
            "held",
            Integer.class,
            Integer.class,
            (_, n) -> Transition.after(Duration.ofHours(1), n));
    try (var executor = Flows.durable(store, new ManualTime())) {
      Flows.awaitStatus(executor.start(Flows.fork(held), 5_000, Flows.ID), RunStatus.WAITING);
    }
    var fork = Flows.upTo("fork");
    var other = Flows.plus("other", 1);
    var join = Flows.text("join");
    var now =
        Workflow.builder("forking")
            .start(fork)
            .edge(fork, other)
            .join(fork, other, join)
            .end(join)
            .build();
    try (var reader = store.reopen()) {
      assertThat(WorkflowExecutor.check(reader, now).misfits().getFirst().reasons())
          .containsExactly(
              "step \"held\" has a pending item, but the workflow has no such step now (5000"
                  + " times)");
    }
  }

  @Test
  void manyRuns_areReadPageByPage_oneRunAtATime() throws Exception {
    int runs = 2_300;
    var workflow = workflow();
    try (var executor = Flows.durable(store, new ManualTime())) {
      for (int i = 0; i < runs; i++) {
        Flows.awaitStatus(executor.start(workflow, 0, RunId.of("run-" + i)), RunStatus.WAITING);
      }
    }
    var counting = new CountingReader(store.reopen());
    try (counting) {
      var report = WorkflowExecutor.check(counting, changed());
      assertThat(report.runs()).isEqualTo(runs);
      assertThat(report.misfitting()).isEqualTo(runs);
      assertThat(report.misfits()).as("the first").hasSize(1_000);
    }
    assertThat(counting.lists).hasSize(5).allMatch(size -> size <= 500);
  }

  /// Tells how much was listed at once.
  private static final class CountingReader implements CheckpointReader {
    private final CheckpointReader real;
    private final List<Integer> lists = new ArrayList<>();

    CountingReader(CheckpointReader real) {
      this.real = real;
    }

    @Override
    public Optional<RunHeader> find(RunId run) {
      return real.find(run);
    }

    @Override
    public List<Entry> entries(RunId run, long afterId, int limit) {
      return real.entries(run, afterId, limit);
    }

    @Override
    public List<RunHeader> list(RunQuery query) {
      var page = real.list(query);
      lists.add(page.size());
      return page;
    }

    @Override
    public String location() {
      return real.location();
    }

    @Override
    public void close() {
      real.close();
    }
  }
}
