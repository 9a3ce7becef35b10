package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.RetryPolicy;
import dev.treadle.RunId;
import dev.treadle.Step;
import dev.treadle.StepFailure;
import dev.treadle.Transition;
import dev.treadle.Workflow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.BasicMDCAdapter;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.helpers.NOPMDCAdapter;

/// What the log says, and what a step's own log lines can carry.
@Timeout(20)
final class RunLogTest {
  private final BasicMDCAdapter context = new BasicMDCAdapter();
  private final Lines lines = new Lines();
  private final ManualTime time = new ManualTime();

  /// A logger that keeps its lines. Used by one thread at a time.
  private final class Lines extends LegacyAbstractLogger {
    private static final long serialVersionUID = 1L;

    private final transient List<String> all = new java.util.concurrent.CopyOnWriteArrayList<>();
    private Level lowest = Level.DEBUG;

    @Override
    protected @Nullable String getFullyQualifiedCallerName() {
      return null;
    }

    @Override
    protected void handleNormalizedLoggingCall(
        Level level,
        @Nullable Marker marker,
        @Nullable String message,
        Object @Nullable [] arguments,
        @Nullable Throwable throwable) {
      var text = MessageFormatter.arrayFormat(message, arguments).getMessage();
      all.add(level + " " + context.get(Mdc.RUN) + ": " + text);
    }

    private boolean is(Level level) {
      return level.toInt() >= lowest.toInt();
    }

    @Override
    public boolean isTraceEnabled() {
      return is(Level.TRACE);
    }

    @Override
    public boolean isDebugEnabled() {
      return is(Level.DEBUG);
    }

    @Override
    public boolean isInfoEnabled() {
      return is(Level.INFO);
    }

    @Override
    public boolean isWarnEnabled() {
      return is(Level.WARN);
    }

    @Override
    public boolean isErrorEnabled() {
      return is(Level.ERROR);
    }
  }

  private WorkflowExecutor executor(@Nullable MemoryCheckpointStore store, @Nullable Boolean mdc) {
    var builder = WorkflowExecutor.builder().time(time);
    var labels = Mdc.of(context, mdc);
    var watch = new Watch(null, time, false, labels, new RunLog(lines, labels));
    return (store == null ? builder : builder.store(store)).build(time, watch);
  }

  private Step<Object, Integer, Integer> broken() {
    return Step.<Object, Integer, Integer>of(
            "work",
            Integer.class,
            Integer.class,
            (_, n) -> {
              throw new IllegalArgumentException("the secret is " + n);
            })
        .retry(RetryPolicy.fixed(Duration.ofHours(1)).maxAttempts(2));
  }

  // --- lines

  @Test
  void failedRun_isToldInOneLineEach_withoutWhatTheExceptionSays() throws Exception {
    try (var executor = executor(MemoryCheckpointStore.create(), null)) {
      var handle = executor.start(Flows.only(broken()), 4711, Flows.ID);
      time.awaitTimer(Duration.ofHours(1));
      time.advance(Duration.ofHours(1));
      assertThat(Flows.failed(handle).failure().attempt()).isEqualTo(2);
    }
    assertThat(lines.all)
        .containsExactly(
            "DEBUG the-run: run the-run of \"only\": was started",
            "DEBUG the-run: run the-run of \"only\": step \"work\" failed at attempt 1 with"
                + " java.lang.IllegalArgumentException, attempt 2 is due at 2030-01-01T01:00:00Z",
            "DEBUG the-run: run the-run of \"only\": waits until 2030-01-01T01:00:00Z",
            "WARN the-run: run the-run of \"only\": step \"work\" failed at attempt 2 with"
                + " java.lang.IllegalArgumentException for good; the run is failing",
            "INFO the-run: run the-run of \"only\": has failed; resume(workflow, id) goes on from"
                + " its failed items, if it has undone nothing");
  }

  @Test
  void whatIsRare_isToldAtInfo_andTheRestIsNot() throws Exception {
    lines.lowest = Level.INFO;
    var store = MemoryCheckpointStore.create();
    var workflow =
        Flows.only(
            Step.<Object, Integer, Integer>of(
                "late",
                Integer.class,
                Integer.class,
                (_, n) -> Transition.after(Duration.ofHours(1), n)));
    try (var dead = executor(store, null)) {
      assertThat(dead.start(workflow, 1, Flows.ID).id()).isEqualTo(Flows.ID);
      time.awaitTimer(Duration.ofHours(1));
      assertThat(lines.all).isEmpty();
      try (var executor = executor(store.reopen(), null)) {
        assertThat(executor.recover()).hasSize(1);
        var handle = Flows.resumed(executor.recover(workflow));
        time.advance(Duration.ofHours(1));
        assertThat(Flows.end(handle)).isEqualTo(new RunResult.Completed<>(1));
      }
    }
    assertThat(lines.all)
        .containsExactly(
            "WARN the-run: run the-run of \"only\": is not recovered: recover(…) was not given its"
                + " workflow",
            "INFO the-run: run the-run of \"only\": was recovered and goes on");
  }

  @Test
  void everyEvent_hasItsLineAndLevel() {
    var log = new RunLog(lines, Mdc.of(context, null));
    var now = Instant.EPOCH;
    var why = new StepFailure("s", 3, "java.io.IOException", "secret", "secret");
    var id = Flows.ID;
    log.tell(new RunEvent.Started(id, "w", now));
    log.tell(new RunEvent.Resumed(id, "w", now));
    log.tell(new RunEvent.Recovered(id, "w", now));
    log.tell(new RunEvent.Waiting(id, "w", now, Optional.empty()));
    log.tell(new RunEvent.Suspended(id, "w", now, "full"));
    log.tell(new RunEvent.Unsuspended(id, "w", now));
    log.tell(new RunEvent.Failing(id, "w", now, why));
    log.tell(new RunEvent.Failed(id, "w", now, why));
    log.tell(new RunEvent.Stalled(id, "w", now, Map.of("keep", 2L)));
    log.tell(new RunEvent.Cancelling(id, "w", now));
    log.tell(new RunEvent.Cancelled(id, "w", now));
    log.tell(new RunEvent.Completed(id, "w", now, Duration.ofSeconds(2), 1));
    log.tell(new RunEvent.LetGo(id, "w", now, "closed"));
    log.tell(new RunEvent.Quarantined(id, "w", now, "s", 7));
    log.tell(new RunEvent.Signalled(id, "w", now, "go", "secret", SignalAnswer.KEPT));
    log.tell(new RunEvent.ChildStarted(id, "w", now, RunId.of("child"), "c"));
    log.late(id, "w", "s", 7);
    log.failed(id, "w", why, StepEvent.Outcome.FELL_BACK);
    log.failed(id, "w", why, StepEvent.Outcome.ABSORBED);
    log.failed(id, "w", why, StepEvent.Outcome.FAILED);
    log.recovery(new Recovery.DoesNotFit(id, List.of("a", "b")), "w");
    log.recovery(new Recovery.Quarantined(id), "w");
    assertThat(lines.all).noneMatch(line -> line.contains("secret") || line.contains("\n"));
    assertThat(lines.all.stream().map(line -> line.replace("the-run: run the-run of \"w\": ", "")))
        .containsExactly(
            "DEBUG was started",
            "INFO was resumed and goes on",
            "INFO was recovered and goes on",
            "DEBUG waits",
            "WARN step \"s\" failed at attempt 3 with java.io.IOException for good; the run is"
                + " failing",
            "INFO has failed; resume(workflow, id) goes on from its failed items, if it has undone"
                + " nothing",
            "WARN stalled: no output, and these steps hold items: {keep=2}",
            "DEBUG is being cancelled",
            "INFO was cancelled",
            "DEBUG completed after PT2S, outputs: 1",
            "DEBUG let go: closed",
            "WARN is put into quarantine: step \"s\" was in flight at three unclean deaths (item"
                + " 7)",
            "DEBUG was sent signal \"go\": KEPT",
            "DEBUG has started run child of \"c\"",
            "WARN step \"s\" came back after it was given up; its result is dropped (item 7)",
            "WARN step \"s\" failed at attempt 3 with java.io.IOException for good; its fallback"
                + " takes over",
            "WARN step \"s\" failed at attempt 3 with java.io.IOException for good; its join takes"
                + " account of that",
            "WARN is not recovered: it does not fit the workflow (2 misfits, see check(workflow))",
            "WARN is not recovered: it is quarantined; resume(workflow, id) tries again");
    assertThat(context.get(Mdc.RUN)).isNull();
  }

  // --- the diagnostic context

  private final Map<String, Map<String, String>> seen = new ConcurrentHashMap<>();

  private Step<Object, Integer, Integer> seeing(String name) {
    return Step.map(
        name,
        Integer.class,
        Integer.class,
        n -> {
          var map = context.getCopyOfContextMap();
          seen.put(name, map == null ? Map.of() : map);
          return n;
        });
  }

  private static Map<String, String> labels(String workflow, String step) {
    return Map.of(Mdc.RUN, "the-run", Mdc.WORKFLOW, workflow, Mdc.STEP, step);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aStepsOwnLines_carryRunWorkflowAndStep_andTheCallersContextIsAsBefore(boolean durable)
      throws Exception {
    context.put("mine", "1");
    context.put(Mdc.STEP, "outer");
    try (var executor = executor(durable ? MemoryCheckpointStore.create() : null, true)) {
      assertThat(executor.run(Flows.chain("two", seeing("a"), seeing("b")), 1, Flows.ID))
          .isEqualTo(1);
    }
    for (var step : List.of("a", "b")) {
      assertThat(seen.get(step))
          .containsAllEntriesOf(labels("two", step))
          .containsEntry("mine", "1");
    }
    assertThat(context.getCopyOfContextMap()).isEqualTo(Map.of("mine", "1", Mdc.STEP, "outer"));
    context.clear();
  }

  @Test
  void linearStretchOfATransientRun_carriesTheRun_andTheStepOnlyIfAskedFor() throws Exception {
    try (var executor = executor(null, null)) {
      assertThat(executor.run(Flows.chain("two", seeing("a"), seeing("b")), 1, Flows.ID))
          .isEqualTo(1);
    }
    assertThat(seen.get("b")).isEqualTo(Map.of(Mdc.RUN, "the-run", Mdc.WORKFLOW, "two"));
  }

  @Test
  void elementsOfABatch_carryTheirStep() throws Exception {
    var names = new ArrayList<Integer>();
    for (int i = 0; i < 5; i++) {
      names.add(i);
    }
    var batch =
        Step.batch(
            Step.<Integer, Integer>map(
                "batch",
                Integer.class,
                Integer.class,
                n -> {
                  seen.put("element " + n, context.getCopyOfContextMap());
                  return n;
                }),
            3);
    var workflow = Workflow.builder("batching").start(batch).end(batch).build();
    try (var executor = executor(MemoryCheckpointStore.create(), null)) {
      assertThat(executor.run(workflow, names, Flows.ID)).isEqualTo(names);
    }
    assertThat(seen).hasSize(5);
    assertThat(seen.values()).allMatch(labels("batching", "batch")::equals);
  }

  @Test
  void withoutAContextInTheLogger_orIfTurnedOff_nothingIsPut() throws Exception {
    assertThat(Mdc.of(new NOPMDCAdapter(), true).everyStep).isFalse();
    assertThat(Mdc.of(new NOPMDCAdapter(), null).enter("r", "w")).isNull();
    try (var executor = executor(MemoryCheckpointStore.create(), false)) {
      assertThat(executor.run(Flows.only(seeing("a")), 1, Flows.ID)).isEqualTo(1);
    }
    assertThat(seen.get("a")).isEmpty();
  }
}
