package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.treadle.Merge;
import dev.treadle.RunStatus;
import dev.treadle.Step;
import dev.treadle.Transition;
import dev.treadle.TypeRef;
import dev.treadle.Workflow;
import dev.treadle.executor.spi.CommitUnknownException;
import dev.treadle.executor.spi.Entry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Payloads of older types become such of the present ones.
@Timeout(20)
final class MigrateTest {
  record V1(int number) {
    V2 toV2() {
      return new V2("n" + number);
    }
  }

  record V2(String text) {
    V3 toV3() {
      return new V3(text, 3);
    }
  }

  record V3(String name, int version) {}

  private final LeftRun left = new LeftRun(1);

  private static String texts(List<Entry> entries) {
    return entries.stream()
        .map(entry -> entry.kind() + " " + new String(entry.payload(), StandardCharsets.UTF_8))
        .toList()
        .toString();
  }

  /// Leaves a V1 pending at the step "second".
  private void leaveV1() throws InterruptedException {
    var first = Step.map("first", Integer.class, V1.class, V1::new);
    left.leave(Flows.chain("changing", first, left.blocking("second", V1.class)), 7);
  }

  private static Workflow<Object, Integer, V3> now(Step<Object, V3, V3> second) {
    var first = Step.map("first", Integer.class, V3.class, n -> new V3("" + n, 0));
    return Workflow.builder("changing")
        .start(first)
        .edge(first, second)
        .migrate("second", V1.class, V1::toV2)
        .migrate("second", V2.class, V2::toV3)
        .end(second)
        .build();
  }

  @Test
  void pendingPayloadOfAnOldType_isTurned_overAChainOfMigrations() throws Exception {
    leaveV1();
    left.assertGoesOn(now(Step.map("second", V3.class, V3.class, v -> v)), new V3("n7", 3));
  }

  @Test
  void migratedPayload_isStoredAnewBeforeTheRunGoesOn() throws Exception {
    leaveV1();
    var again = new LeftRun(1);
    assertThat(texts(left.entries())).contains("ITEM {\"number\":7}");
    var workflow = now(again.blocking("second", V3.class));
    try (var executor = left.next()) {
      assertThat(executor.resume(workflow, Flows.ID).id()).isEqualTo(Flows.ID);
      again.awaitInFlight();
      assertThat(executor.close(Duration.ZERO)).containsExactly(Flows.ID);
    }
    assertThat(texts(left.entries())).contains("ITEM {\"name\":\"n7\",\"version\":3}");
    var first = Step.map("first", Integer.class, V3.class, n -> new V3("" + n, 0));
    var withoutMigration =
        Flows.chain("changing", first, Step.map("second", V3.class, V3.class, v -> v));
    left.assertGoesOn(withoutMigration, new V3("n7", 3));
  }

  @Test
  void deathBeforeOrAfterTheMigrationIsStored_losesNothing() throws Exception {
    for (boolean written : new boolean[] {false, true}) {
      var run = new LeftRun(1);
      var first = Step.map("first", Integer.class, V1.class, V1::new);
      run.leave(Flows.chain("changing", first, run.blocking("second", V1.class)), 7);
      var workflow = now(Step.map("second", V3.class, V3.class, v -> v));
      var store = FaultyStore.over(run.reopen());
      try (var executor = WorkflowExecutor.create(store.unknown(1, written))) {
        assertThatExceptionOfType(CommitUnknownException.class)
            .isThrownBy(() -> executor.resume(workflow, Flows.ID));
      }
      assertThat(texts(run.entries()))
          .contains(written ? "{\"name\":\"n7\",\"version\":3}" : "{\"number\":7}");
      run.assertGoesOn(workflow, new V3("n7", 3));
    }
  }

  @Test
  void payloadThatReadsAsTheNewType_isNotMigrated() throws Exception {
    var first = Step.map("first", Integer.class, V1.class, V1::new);
    left.leave(Flows.chain("changing", first, left.blocking("second", V1.class)), 7);
    var before = left.entries();
    record Wider(int number, Optional<String> more) {}
    var firstNow =
        Step.map("first", Integer.class, Wider.class, n -> new Wider(n, Optional.empty()));
    var again = new LeftRun(1);
    var second = again.blocking("second", Wider.class);
    var workflow =
        Workflow.builder("changing")
            .start(firstNow)
            .edge(firstNow, second)
            .migrate(
                "second",
                V1.class,
                v -> {
                  throw new AssertionError(v);
                })
            .end(second)
            .build();
    try (var executor = left.next()) {
      assertThat(executor.resume(workflow, Flows.ID).id()).isEqualTo(Flows.ID);
      again.awaitInFlight();
      assertThat(executor.close(Duration.ZERO)).hasSize(1);
    }
    assertThat(left.entries()).as("additive changes read as they are").isEqualTo(before);
  }

  @Test
  void inputOfTheRun_isMigratedAsTheStartStepsInput_andIsTheSameInput() throws Exception {
    var only = left.blocking("only", V1.class);
    left.leave(Flows.only(only), new V1(7));
    var onlyNow = Step.map("only", V2.class, V2.class, v -> v);
    var workflow =
        Workflow.builder("only")
            .start(onlyNow)
            .migrate("only", V1.class, V1::toV2)
            .end(onlyNow)
            .build();
    try (var executor = left.next()) {
      assertThatExceptionOfType(RunConflictException.class)
          .isThrownBy(() -> executor.run(workflow, new V2("n8"), Flows.ID))
          .withMessageContaining("exists with another input");
      assertThat(executor.run(workflow, new V2("n7"), Flows.ID)).isEqualTo(new V2("n7"));
      assertThat(executor.run(workflow, new V2("n7"), Flows.ID)).as("over").isEqualTo(new V2("n7"));
    }
    assertThat(texts(left.entries())).contains("INPUT {\"text\":\"n7\"}").contains("OUTPUT");
  }

  @Test
  void inputThatDoesNotRead_isAMisfit_alsoWhenItIsStartedAgain() throws Exception {
    var only = left.blocking("only", V1.class);
    left.leave(Flows.only(only), new V1(7));
    var workflow = Flows.only(Step.map("only", V2.class, V2.class, v -> v));
    left.assertMisfits(
        workflow,
        "can't read the input of the run: $.number: there is no property number in the type",
        "can't read the input of step \"only\": $.number: there is no property number in the type");
    try (var executor = left.next()) {
      assertThatExceptionOfType(RunMisfitException.class)
          .isThrownBy(() -> executor.start(workflow, new V2("n7"), Flows.ID))
          .withMessageContaining("rename and migrate");
    }
  }

  @Test
  void context_isMigrated_withItsDeltas() throws Exception {
    record OldCount(int value) {}
    record NewCount(int total, String unit) {}
    var add =
        Step.in(OldCount.class)
            .of(
                "add",
                Integer.class,
                Integer.class,
                (ctx, n) -> {
                  ctx.merge(new OldCount(n));
                  return Transition.next(n);
                });
    var block = left.blocking("block", Integer.class);
    var before =
        Workflow.builder("counting", OldCount.class, () -> new OldCount(1))
            .merge(Merge.of(new OldCount(0), (a, b) -> new OldCount(a.value() + b.value())))
            .start(add)
            .edge(add, block)
            .end(block)
            .build();
    left.leave(before, 5);
    assertThat(texts(left.entries())).contains("DELTA {\"value\":5}");
    var tell =
        Step.in(NewCount.class)
            .of(
                "block",
                Integer.class,
                String.class,
                (ctx, _) -> Transition.next(ctx.state().toString()));
    var addNow = Flows.plus("add", 0);
    var workflow =
        Workflow.builder("counting", NewCount.class, () -> new NewCount(0, "m"))
            .merge(
                Merge.of(
                    new NewCount(0, "m"), (a, b) -> new NewCount(a.total() + b.total(), a.unit())))
            .migrateContext(OldCount.class, old -> new NewCount(old.value(), "m"))
            .start(addNow)
            .edge(addNow, tell)
            .end(tell)
            .build();
    left.assertGoesOn(workflow, "NewCount[total=6, unit=m]");
  }

  @Test
  void valuesThatWaitAtAJoin_areMigratedOneByOne() throws Exception {
    var fork = Flows.upTo("fork");
    var some =
        Step.of(
            "some",
            Integer.class,
            V1.class,
            (_, n) -> {
              if (n == 1) {
                left.pass();
              }
              return Transition.next(new V1(n));
            });
    var join = Step.join("join", V1.class, String.class, List::toString);
    var before =
        Workflow.builder("joining")
            .start(fork)
            .edge(fork, some)
            .join(fork, some, join)
            .end(join)
            .build();
    left.leave(before, 2, 3); // the start, the fork, one value
    var someNow = Step.map("some", Integer.class, V2.class, n -> new V2("new" + n));
    var joinNow = Step.join("join", V2.class, String.class, List::toString);
    var workflow =
        Workflow.builder("joining")
            .start(fork)
            .edge(fork, someNow)
            .join(fork, someNow, joinNow)
            .migrate("join", V1.class, V1::toV2)
            .end(joinNow)
            .build();
    left.assertGoesOn(workflow, "[V2[text=n0], V2[text=new1]]");
  }

  @Test
  void outputs_areMigrated_alsoThoseThatWaitAndThoseOfFinishedRuns() throws Exception {
    var later =
        Step.of(
            "later",
            Integer.class,
            V1.class,
            (_, n) -> Transition.after(Duration.ofHours(1), new V1(n)));
    var time = new ManualTime();
    var store = MemoryCheckpointStore.create();
    try (var executor = Flows.durable(store, time)) {
      Flows.awaitStatus(executor.start(Flows.only(later), 4, Flows.ID), RunStatus.WAITING);
    }
    time.advance(Duration.ofHours(2));
    var laterNow =
        Step.of("later", Integer.class, V2.class, (_, n) -> Transition.next(new V2("" + n)));
    var second =
        Workflow.builder("only")
            .start(laterNow)
            .migrateOutput("later", V1.class, V1::toV2)
            .end(laterNow)
            .build();
    try (var executor = Flows.durable(store.reopen(), time)) {
      assertThat(executor.run(second, 4, Flows.ID)).isEqualTo(new V2("n4"));
    }
    var laterAgain =
        Step.of("later", Integer.class, V3.class, (_, n) -> Transition.next(new V3("" + n, 0)));
    var third =
        Workflow.builder("only")
            .start(laterAgain)
            .migrateOutput("later", V2.class, V2::toV3)
            .end(laterAgain)
            .build();
    try (var executor = Flows.durable(store.reopen(), time)) {
      assertThat(executor.run(third, 4, Flows.ID)).isEqualTo(new V3("n4", 3));
    }
  }

  @Test
  void genericPayload_isMigratedByTypeRef() throws Exception {
    var list = TypeRef.listOf(V1.class);
    var first = Step.types(TypeRef.of(Integer.class), list).map("first", n -> List.of(new V1(n)));
    var second =
        Step.types(list, list)
            .map(
                "second",
                all -> {
                  left.pass();
                  return all;
                });
    left.leave(Flows.chain("changing", first, second), 3);
    var listNow = TypeRef.listOf(V2.class);
    var firstNow =
        Step.types(TypeRef.of(Integer.class), listNow).map("first", n -> List.of(new V2("" + n)));
    var secondNow = Step.types(listNow, TypeRef.of(String.class)).map("second", List::toString);
    var workflow =
        Workflow.builder("changing")
            .start(firstNow)
            .edge(firstNow, secondNow)
            .migrate("second", list, all -> all.stream().map(V1::toV2).toList())
            .end(secondNow)
            .build();
    left.assertGoesOn(workflow, "[V2[text=n3]]");
  }

  @Test
  void migrationThatFails_isAMisfit_withoutPayloads() throws Exception {
    leaveV1();
    var first = Step.map("first", Integer.class, V3.class, n -> new V3("" + n, 0));
    var second = Step.map("second", V3.class, V3.class, v -> v);
    var throwing =
        Workflow.builder("changing")
            .start(first)
            .edge(first, second)
            .migrate(
                "second",
                V1.class,
                v -> {
                  throw new IllegalStateException("secret " + v);
                })
            .end(second)
            .build();
    try (var reader = left.reopen()) {
      assertThat(WorkflowExecutor.check(reader, throwing).misfits().getFirst().reasons().toString())
          .contains("can't read the input of step \"second\" by migrate(\"second\",")
          .contains("it failed: java.lang.IllegalStateException at ")
          .doesNotContain("secret");
    }
    var wrong =
        Workflow.builder("changing")
            .start(first)
            .edge(first, second)
            .migrate("second", V1.class, V1::toV2)
            .end(second)
            .build();
    left.assertMisfits(
        wrong,
        "can't read the input of step \"second\": migrate(\"second\","
            + " dev.treadle.executor.MigrateTest$V1) gives a dev.treadle.executor.MigrateTest$V2,"
            + " which is neither the present type nor the old type of another migration");
  }
}
