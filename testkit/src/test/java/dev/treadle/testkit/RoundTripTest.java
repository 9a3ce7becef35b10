package dev.treadle.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.RunStatus;
import dev.treadle.Signal;
import dev.treadle.Step;
import dev.treadle.Transition;
import dev.treadle.TypeRef;
import dev.treadle.Workflow;
import dev.treadle.executor.PayloadException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A run whose values are all written and read back.
@Timeout(60)
final class RoundTripTest {
  private static final Signal<Part> GO = Signal.of("go", Part.class);

  record Part(String text) {}

  record Seen(List<String> texts) {
    Seen with(String text) {
      var more = new ArrayList<>(texts);
      more.add(text);
      return new Seen(more);
    }
  }

  /// Every object that somebody has given: in a run of which all is read back, nobody gets one.
  private final Set<Object> given =
      Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));

  /// How many were got all the same, in the run in memory and in the other.
  private final AtomicIntegerArray got = new AtomicIntegerArray(3);

  private final AtomicInteger runs = new AtomicInteger();

  private <T> T gives(T value) {
    given.add(value);
    return value;
  }

  private <T> T gets(T value) {
    if (given.contains(value)) {
      got.incrementAndGet(runs.get());
    }
    return value;
  }

  @Test
  void everyValue_isWrittenAndReadBack_onItsWay() throws Exception {
    var fork =
        Step.<Object, Integer, Part>of(
            "fork",
            Integer.class,
            Part.class,
            (_, n) -> {
              runs.incrementAndGet(); // it is the first step
              return Transition.nextAll(List.of(gives(new Part("a" + n)), gives(new Part("b"))));
            });
    var wait = Step.await("wait", Part.class, Part.class, GO, Part::text, (part, by) -> gets(by));
    var later =
        Step.in(Seen.class)
            .of(
                "later",
                Part.class,
                Part.class,
                (ctx, part) -> {
                  gets(part);
                  gets(ctx.state());
                  ctx.update(seen -> gives(gets(seen).with(part.text())));
                  return Transition.after(Duration.ofHours(1), gives(new Part(part.text() + "!")));
                });
    var join =
        Step.join(
            "join",
            Part.class,
            Part.class,
            parts -> {
              parts.forEach(this::gets);
              return gives(new Part(parts.toString()));
            });
    var last = Step.map("last", Part.class, Part.class, part -> gives(gets(part)));
    var workflow =
        Workflow.builder("all", Seen.class, () -> gives(new Seen(List.of())))
            .start(fork)
            .edge(fork, wait)
            .edge(wait, later)
            .join(fork, later, join)
            .edge(join, last)
            .end(last)
            .build();
    Outside world =
        scene -> {
          for (var key : List.of("a7", "b")) {
            if (scene.handle().status() == RunStatus.WAITING && !scene.journal().isRaised(key)) {
              scene.journal().raise(key);
              var value = gives(new Part("sent " + key));
              var _ = scene.executor().signal(scene.handle().id(), GO, key, value);
            }
          }
          Outside.movingTime().act(scene);
        };

    var end = RoundTrip.run(workflow, 7, world);

    assertThat(end.output()).isEqualTo(new Part("[Part[text=sent a7!], Part[text=sent b!]]"));
    gets(end.output()); // which is read back too
    assertThat(end.context()).contains(new Seen(List.of("sent a7", "sent b")));
    assertThat(got.get(1)).as("in memory").isEqualTo(11);
    assertThat(got.get(2)).as("with all read back").isZero();
  }

  @Test
  void eachStep_isExecutedOnceInEachOfTheTwoRuns() throws Exception {
    var executions = new AtomicInteger();
    var first = Step.map("first", Integer.class, Integer.class, n -> n + 1);
    var last =
        Step.map(
            "last",
            Integer.class,
            Integer.class,
            n -> {
              executions.incrementAndGet();
              return n * 2;
            });
    var workflow = Workflow.builder("two").start(first).then(last).end(last).build();
    assertThat(RoundTrip.run(workflow, 20).output()).isEqualTo(42);
    assertThat(executions).hasValue(2);
  }

  /// Reads back as something else than was written.
  record Growing(int size) {
    Growing {
      size++;
    }
  }

  @Test
  void aTypeThatReadsBackDifferently_isFound() {
    var first = Step.map("first", Integer.class, Growing.class, Growing::new);
    var last = Step.map("last", Growing.class, Integer.class, Growing::size);
    var workflow = Workflow.builder("growing").start(first).then(last).end(last).build();
    assertThatThrownBy(() -> RoundTrip.run(workflow, 1))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("read back the run came to Meaning[result=Completed[output=3]")
        .hasMessageContaining("in memory to Meaning[result=Completed[output=2]");
  }

  @Test
  void anObjectThatTwoStepsShare_isFound() {
    var list = TypeRef.listOf(Integer.class);
    var first =
        Step.types(TypeRef.of(Integer.class), list)
            .<Object>of("first", (_, n) -> Transition.next(new ArrayList<>(List.of(n))));
    var adds =
        Step.types(list, TypeRef.of(Integer.class))
            .<Object>of(
                "adds",
                (_, numbers) -> {
                  numbers.add(5);
                  return Transition.next(0);
                });
    var counts =
        Step.types(list, TypeRef.of(Integer.class))
            .<Object>of("counts", (_, numbers) -> Transition.next(numbers.size()));
    var workflow =
        Workflow.builder("sharing")
            .start(first)
            .edge(first, adds)
            .edge(first, counts)
            .end(adds)
            .end(counts)
            .build();
    assertThatThrownBy(() -> RoundTrip.run(workflow, 1))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("in memory to");
  }

  @Test
  void aTypeThatCannotBeStored_isNamedWithItsStep() {
    var step = Step.map("thread", Thread.class, Integer.class, _ -> 1);
    var workflow = Workflow.builder("threads").start(step).end(step).build();
    assertThatThrownBy(() -> RoundTrip.run(workflow, Thread.currentThread()))
        .isInstanceOf(PayloadException.class)
        .hasMessageContaining("thread");
  }

  static List<Scenario<?, ?, ?>> scenarios() {
    return ScenarioContract.scenarios();
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void scenarios_meanTheSame(Scenario<?, ?, ?> scenario) throws Exception {
    scenario.runCommitByCommit();
  }
}
