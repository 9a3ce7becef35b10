package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.RetryPolicy;
import dev.treadle.Step;
import dev.treadle.Transition;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the Flight Recorder gets to see.
@Timeout(60)
final class JfrTest {
  private final ManualTime time = new ManualTime();
  private final MemoryCheckpointStore store = MemoryCheckpointStore.create();

  @TempDir Path folder;

  private interface Body {
    void run() throws Exception;
  }

  private List<RecordedEvent> record(Body body, String... names) throws Exception {
    var file = folder.resolve("events.jfr");
    try (var recording = new Recording()) {
      for (var name : names) {
        recording.enable("dev.treadle." + name).withThreshold(Duration.ZERO);
      }
      recording.start();
      body.run();
      recording.stop();
      recording.dump(file);
    }
    return RecordingFile.readAllEvents(file).stream()
        .filter(event -> event.getEventType().getName().startsWith("dev.treadle."))
        .toList();
  }

  private static List<RecordedEvent> named(List<RecordedEvent> events, String name) {
    return events.stream()
        .filter(event -> event.getEventType().getName().equals("dev.treadle." + name))
        .toList();
  }

  private Step<Object, Integer, Integer> failingOnce() {
    return Step.<Object, Integer, Integer>of(
            "work",
            Integer.class,
            Integer.class,
            (ctx, n) -> {
              if (ctx.attempt() == 1) {
                throw new IOException("once");
              }
              return Transition.next(n);
            })
        .retry(RetryPolicy.fixed(Duration.ofHours(1)));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void runStepAndRetry_areRecorded(boolean durable) throws Exception {
    var builder = WorkflowExecutor.builder().time(time);
    var events =
        record(
            () -> {
              try (var executor = durable ? builder.store(store).build() : builder.build()) {
                var handle = executor.start(Flows.only(failingOnce()), 1, Flows.ID);
                time.awaitTimer(Duration.ofHours(1));
                time.advance(Duration.ofHours(1));
                assertThat(Flows.end(handle)).isEqualTo(new RunResult.Completed<>(1));
              }
            },
            "Run",
            "Step",
            "Retry");
    assertThat(events)
        .allSatisfy(event -> {
          assertThat(event.getString("runId")).isEqualTo(Flows.ID.value());
          assertThat(event.getString("workflow")).isEqualTo("only");
        });
    assertThat(named(events, "Step"))
        .extracting(event -> event.getInt("attempt") + " " + event.getString("outcome"))
        .containsExactlyInAnyOrder("1 RETRYING", "2 NEXT");
    var retry = named(events, "Retry").getFirst();
    assertThat(retry.getInt("nextAttempt")).isEqualTo(2);
    assertThat(retry.getString("error")).isEqualTo(IOException.class.getName());
    assertThat(retry.getInstant("due")).isEqualTo(ManualTime.BEGIN.plus(Duration.ofHours(1)));
    var run = named(events, "Run").getFirst();
    assertThat(run.getString("begin")).isEqualTo("STARTED");
    assertThat(run.getString("end")).isEqualTo("COMPLETED");
    assertThat(named(events, "Step"))
        .allSatisfy(step -> {
          assertThat(step.getStartTime()).isAfterOrEqualTo(run.getStartTime());
          assertThat(step.getEndTime()).isBeforeOrEqualTo(run.getEndTime());
        });
  }

  @Test
  void commitAndAppend_areRecordedOfDurableRuns() throws Exception {
    var events =
        record(
            () -> {
              try (var executor = WorkflowExecutor.create(store)) {
                assertThat(executor.run(Flows.only(Flows.plus("a", 1)), 1, Flows.ID)).isEqualTo(2);
              }
            },
            "Commit",
            "Append");
    assertThat(named(events, "Commit"))
        .extracting(event -> event.getLong("sequence"))
        .containsExactly(2L);
    assertThat(named(events, "Append"))
        .hasSize(2)
        .allSatisfy(event -> {
          assertThat(event.getString("location")).isEqualTo("memory");
          assertThat(event.getInt("commits")).isEqualTo(1);
        });
  }

  @Test
  void recovery_isRecordedForEachRun() throws Exception {
    var workflow = Flows.only(failingOnce());
    try (var dead = Flows.durable(store, time)) {
      assertThat(dead.start(workflow, 1, Flows.ID).id()).isEqualTo(Flows.ID);
      time.awaitTimer(Duration.ofHours(1));
      var events =
          record(
              () -> {
                try (var executor = Flows.durable(store.reopen(), new ManualTime())) {
                  assertThat(executor.recover()).hasSize(1);
                  assertThat(executor.recover(workflow)).hasSize(1);
                }
              },
              "Recovery",
              "Run");
      assertThat(named(events, "Recovery"))
          .extracting(event -> event.getString("answer") + " " + event.getString("status"))
          .containsExactly("UnknownWorkflow WAITING", "Resumed WAITING");
      assertThat(named(events, "Run"))
          .extracting(event -> event.getString("begin") + " " + event.getString("end"))
          .containsExactly("RECOVERED LET_GO");
    }
  }

  @Test
  void steps_areNotRecordedUnlessAskedFor_soThatTheHotLoopStays() throws Exception {
    var file = folder.resolve("all.jfr");
    try (var recording = new Recording()) {
      recording.start();
      try (var executor = WorkflowExecutor.create()) {
        assertThat(executor.run(Flows.only(Flows.plus("a", 1)), 1, Flows.ID)).isEqualTo(2);
      }
      recording.stop();
      recording.dump(file);
    }
    assertThat(RecordingFile.readAllEvents(file))
        .extracting(event -> event.getEventType().getName())
        .contains("dev.treadle.Run")
        .doesNotContain("dev.treadle.Step");
  }
}
