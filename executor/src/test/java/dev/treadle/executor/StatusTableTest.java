package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.treadle.RunStatus;
import dev.treadle.Signal;
import dev.treadle.Step;
import dev.treadle.StepContext;
import dev.treadle.Transition;
import dev.treadle.Workflow;
import dev.treadle.executor.spi.Entry;
import dev.treadle.executor.spi.RunHeader;
import dev.treadle.executor.spi.StepCommit;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Each cell of `docs/status-table.md`.
@Timeout(60)
final class StatusTableTest {
  private static final Signal<Integer> GO = Signal.of("go", Integer.class);

  private final AtomicInteger executions = new AtomicInteger();
  private final CountDownLatch inStep = new CountDownLatch(1);
  private final CountDownLatch go = new CountDownLatch(1);
  private final ManualTime time = new ManualTime();
  private volatile boolean calm;

  /// What the step does with an input, by its number, until it is calm.
  private static final Map<RunStatus, Integer> INPUTS =
      Map.of(
          RunStatus.WAITING, 1,
          RunStatus.FAILED, 2,
          RunStatus.FAILING, 2,
          RunStatus.STALLED, 3,
          RunStatus.COMPLETED, 4);

  private final Workflow<Object, Integer, Integer> workflow =
      Flows.only(Step.of("work", Integer.class, Integer.class, this::work));

  private Transition<Integer> work(StepContext<Object> ctx, int n) throws Exception {
    assertThat(ctx.step()).isEqualTo("work");
    executions.incrementAndGet();
    if (calm) {
      return Transition.next(n);
    }
    return switch (n) {
      case 0 -> {
        inStep.countDown();
        Flows.blockForever();
        yield Transition.next(n);
      }
      case 1 -> Transition.after(Duration.ofHours(1), n);
      case 2 -> throw new IllegalStateException("fails");
      case 3 -> Transition.hold();
      default -> Transition.next(n);
    };
  }

  /// A cell of a table.
  record Cell(RunStatus status, String operation, String expected) {}

  private static Stream<Cell> table(int number) throws IOException {
    var text = Files.readString(Path.of("..", "docs", "status-table.md"));
    var cells = new ArrayList<Cell>();
    List<String> head = List.of();
    int table = 0;
    for (var line : text.lines().filter(line -> line.startsWith("| ")).toList()) {
      var words = List.of(line.substring(1, line.length() - 1).split("\\|", -1));
      if (words.getFirst().strip().equals("status")) {
        head = words.stream().map(String::strip).toList();
        table++;
      } else if (table == number) {
        for (int i = 1; i < words.size(); i++) {
          var status = RunStatus.valueOf(words.getFirst().strip());
          cells.add(new Cell(status, head.get(i), words.get(i).strip()));
        }
      }
    }
    return cells.stream();
  }

  static Stream<Cell> stored() throws IOException {
    return table(1);
  }

  static Stream<Cell> driven() throws IOException {
    return table(2);
  }

  @Test
  void everyStatusAndEveryOperation_hasItsCell() throws IOException {
    var stored = stored().toList();
    var driven = driven().toList();
    assertThat(stored.stream().map(Cell::status).distinct())
        .containsExactlyInAnyOrder(
            Stream.of(RunStatus.values())
                .filter(status -> status != RunStatus.SUSPENDED)
                .toArray(RunStatus[]::new));
    assertThat(stored.stream().map(Cell::operation).distinct())
        .containsExactly(
            "start with its id", "resume", "recover", "cancel", "signal", "repair", "delete");
    assertThat(stored).hasSize(9 * 7);
    assertThat(driven).hasSize(5 * 7);
  }

  // --- stored, and not driven

  @ParameterizedTest
  @MethodSource
  void stored(Cell cell) throws Exception {
    var store = leave(cell.status());
    int input = INPUTS.getOrDefault(cell.status(), 0);
    calm = true;
    executions.set(0);
    time.advance(Duration.ofHours(2));
    try (var executor = Flows.durable(store.reopen(), time)) {
      var before = executor.find(Flows.ID).orElseThrow();
      assertThat(before.status()).isEqualTo(cell.status());
      var seen =
          switch (cell.operation()) {
            case "start with its id" ->
                ended(before, executor, executor.start(workflow, input, Flows.ID));
            case "resume" -> ended(before, executor, executor.resume(workflow, Flows.ID));
            case "recover" -> recovered(before, executor);
            case "cancel" -> cancelled(executor);
            case "signal" -> signalled(executor);
            case "repair" -> repaired(executor, workflow);
            case "delete" -> deleted(executor);
            default -> throw new AssertionError(cell.operation());
          };
      assertThat(seen).isEqualTo(cell.expected());
      if (List.of("reported", "refused", "left alone", "told").contains(seen)) {
        assertThat(executor.find(Flows.ID)).as("untouched").contains(before);
      }
    }
  }

  private String ended(RunHeader before, WorkflowExecutor executor, RunHandle<?> handle)
      throws InterruptedException {
    var end = Flows.end(handle);
    var after = executor.find(Flows.ID).orElseThrow();
    assertThat(handle.status()).isEqualTo(after.status());
    if (after.equals(before)) {
      assertThat(executions).hasValue(0);
      return "reported";
    }
    if (end instanceof RunResult.Completed<?>) {
      assertThat(executions).hasValue(before.status() == RunStatus.WAITING ? 0 : 1);
      return "goes on";
    }
    assertThat(executions).hasValue(0);
    return "ends " + after.status();
  }

  private String recovered(RunHeader before, WorkflowExecutor executor)
      throws InterruptedException {
    var answers = executor.recover(workflow);
    if (answers.isEmpty()) {
      assertThat(executions).hasValue(0);
      return "left alone";
    }
    return switch (answers.getFirst()) {
      case Recovery.Resumed(_, var handle) -> ended(before, executor, handle);
      case Recovery.Quarantined(var id) -> {
        assertThat(id).isEqualTo(Flows.ID);
        yield "told";
      }
      case Recovery other -> other.toString();
    };
  }

  private static String signalled(WorkflowExecutor executor) {
    try {
      return executor.signal(Flows.ID, GO, "key", 1).toString();
    } catch (RunConflictException e) {
      assertThat(e).hasMessageContaining("waits for no signal any more");
      return "refused";
    }
  }

  private static String repaired(WorkflowExecutor executor, Workflow<?, ?, ?> workflow) {
    try {
      assertThat(executor.repair(workflow, Flows.ID).items()).hasSize(1);
      return "begins";
    } catch (RunConflictException e) {
      assertThat(e)
          .hasMessageMatching(
              "(?s).*(only a failed run can be repaired|goes on here; wait for its end).*");
      return "refused";
    }
  }

  private static String cancelled(WorkflowExecutor executor) {
    var answer = executor.cancel(Flows.ID);
    assertThat(executor.find(Flows.ID).orElseThrow().status()).isEqualTo(answer);
    return answer.toString();
  }

  private static String deleted(WorkflowExecutor executor) {
    try {
      assertThat(executor.delete(Flows.ID)).isTrue();
    } catch (RunConflictException e) {
      assertThat(e).hasMessageContaining("cancel it first");
      return "refused";
    }
    assertThat(executor.find(Flows.ID)).isEmpty();
    return "deleted";
  }

  /// A store with a run in a status that nobody drives.
  private MemoryCheckpointStore leave(RunStatus status) throws InterruptedException {
    var store = MemoryCheckpointStore.create();
    try (var executor = Flows.durable(store, time)) {
      var handle = executor.start(workflow, INPUTS.getOrDefault(status, 0), Flows.ID);
      switch (status) {
        case RUNNING, QUARANTINED, CANCELLING, CANCELLED -> Flows.await(inStep);
        case WAITING -> Flows.awaitStatus(handle, RunStatus.WAITING);
        default -> assertThat(Flows.end(handle)).isNotNull();
      }
      assertThat(executor.close(Duration.ZERO)).hasSizeLessThan(2);
    }
    switch (status) {
      case CANCELLED -> {
        try (var executor = Flows.durable(store.reopen(), time)) {
          assertThat(executor.cancel(Flows.ID)).isEqualTo(RunStatus.CANCELLED);
        }
      }
      // what a death between two commits leaves
      case FAILING, CANCELLING -> commit(store.reopen(), status);
      case QUARANTINED -> {
        var mark = "{\"item\":3,\"strikes\":3,\"epoch\":0}".getBytes(StandardCharsets.UTF_8);
        commit(
            store.reopen(),
            status,
            new Entry(4, Entry.Kind.MARK, "work", 0, "", 0, new byte[0], mark));
      }
      default -> {}
    }
    return store;
  }

  private static void commit(MemoryCheckpointStore store, RunStatus status, Entry... puts) {
    try (store) {
      var old = store.find(Flows.ID).orElseThrow();
      var header =
          new RunHeader(
              old.id(),
              old.workflow(),
              status,
              old.reason(),
              old.sequence() + 1,
              old.nextId() + puts.length,
              old.createdAt(),
              old.updatedAt(),
              old.dueAt(),
              old.labels(),
              old.detail());
      assertThat(
              store.append(
                  List.of(new StepCommit(header, List.of(), List.of(puts), true, List.of()))))
          .isEmpty();
    }
  }

  // --- driven here

  /// A fork of two: the first item is what the status asks for, the second does not heed
  /// interrupts.
  private Workflow<Object, Integer, String> forked(RunStatus status) {
    var fork = Flows.upTo("fork");
    var each =
        Step.of(
            "each",
            Integer.class,
            Integer.class,
            (_, n) -> {
              if (n == 1) {
                inStep.countDown();
                stubborn(go);
              } else if (status == RunStatus.FAILING) {
                Flows.await(inStep);
                throw new IllegalStateException("fails");
              }
              return status == RunStatus.WAITING && n == 0
                  ? Transition.after(Duration.ofHours(1), n)
                  : Transition.next(n);
            });
    var join = Flows.text("join");
    var wait = Step.await("wait", String.class, String.class, GO, _ -> "key", (text, _) -> text);
    var late = Step.map("late", String.class, String.class, text -> text);
    return Workflow.builder("forking")
        .start(fork)
        .edge(fork, each)
        .join(fork, each, join)
        .edge(join, wait)
        .onDeadline(wait, Duration.ofHours(1), late)
        .end(wait)
        .end(late)
        .build();
  }

  @ParameterizedTest
  @MethodSource
  void driven(Cell cell) throws Exception {
    var store = FaultyStore.create();
    try (var executor = WorkflowExecutor.builder().store(store).time(time).parallelism(4).build()) {
      driven(cell, executor, store);
    }
  }

  static Stream<Cell> drivenTransiently() throws IOException {
    return driven().filter(cell -> cell.status() != RunStatus.SUSPENDED);
  }

  @ParameterizedTest
  @MethodSource
  void drivenTransiently(Cell cell) throws Exception {
    try (var executor = WorkflowExecutor.builder().time(time).parallelism(4).build()) {
      driven(cell, executor, FaultyStore.create());
    }
  }

  private void driven(Cell cell, WorkflowExecutor executor, FaultyStore store) throws Exception {
    var status = cell.status();
    int items = status == RunStatus.WAITING ? 1 : 2;
    var forked = forked(status);
    var handle = executor.start(forked, items, Flows.ID);
    if (items == 2) {
      Flows.await(inStep);
    }
    if (status == RunStatus.CANCELLING) {
      assertThat(handle.cancel()).isEqualTo(RunStatus.CANCELLING);
    } else if (status == RunStatus.SUSPENDED) {
      store.refuseFrom(store.appends() + 1);
      go.countDown();
    }
    Flows.awaitStatus(handle, status);
    var seen =
        switch (cell.operation()) {
          case "start with its id" -> started(handle, executor, forked, items);
          case "resume" -> same(handle, executor.resume(forked, Flows.ID));
          case "recover" -> executor.recover(forked).isEmpty() ? "passed over" : "recovered";
          case "cancel" -> answered(status, store, () -> executor.cancel(Flows.ID).toString());
          case "signal" -> answered(status, store, () -> signalled(executor));
          case "repair" -> repairedHere(executor, forked);
          case "delete" -> refused(executor);
          default -> throw new AssertionError(cell.operation());
        };
    assertThat(seen).isEqualTo(cell.expected());
    store.allow();
    go.countDown();
    for (int i = 0; i < 20_000 && handle.await(Duration.ofMillis(1)).isEmpty(); i++) {
      time.advance(Duration.ofHours(2));
    }
    assertThat(Flows.end(handle)).isNotNull();
  }

  private static String started(
      RunHandle<?> first,
      WorkflowExecutor executor,
      Workflow<Object, Integer, String> workflow,
      int items) {
    try {
      return same(first, executor.start(workflow, items, Flows.ID));
    } catch (RunConflictException e) { // see the words below the table
      assertThat(e).hasMessageContaining("a transient run has its id to itself");
      return "same run";
    }
  }

  private static String repairedHere(WorkflowExecutor executor, Workflow<?, ?, ?> workflow) {
    try {
      return repaired(executor, workflow);
    } catch (UnknownRunException e) { // of a transient executor
      return "refused";
    }
  }

  private String answered(RunStatus status, FaultyStore store, Supplier<String> question)
      throws InterruptedException {
    return status == RunStatus.SUSPENDED ? waits(store, question) : question.get();
  }

  private static void stubborn(CountDownLatch latch) {
    boolean interrupted = false;
    while (latch.getCount() > 0) {
      try {
        latch.await();
      } catch (InterruptedException e) {
        interrupted = true; // not heeded before the latch opens
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static String same(RunHandle<?> first, RunHandle<?> second) {
    assertThat(second.id()).isEqualTo(first.id());
    assertThat(second.status()).isEqualTo(first.status());
    return "same run";
  }

  private String waits(FaultyStore store, Supplier<String> question) throws InterruptedException {
    var answered = new CountDownLatch(1);
    var asker =
        Thread.ofVirtual()
            .start(() -> {
              assertThat(question.get()).isNotNull();
              answered.countDown();
            });
    assertThat(answered.await(50, TimeUnit.MILLISECONDS)).isFalse();
    store.allow();
    for (int i = 0; i < 20_000 && !answered.await(1, TimeUnit.MILLISECONDS); i++) {
      time.advance(Duration.ofSeconds(5)); // the writes are tried again
    }
    Flows.await(answered);
    asker.join();
    return "waits";
  }

  private static String refused(WorkflowExecutor executor) {
    assertThatExceptionOfType(RunConflictException.class)
        .isThrownBy(() -> executor.delete(Flows.ID))
        .withMessageContaining("goes on here; cancel it first");
    return "refused";
  }
}
