package dev.treadle.testkit;

import dev.treadle.RetryPolicy;
import dev.treadle.Step;
import dev.treadle.Transition;
import dev.treadle.Workflow;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// The process that goes on with a run has other code, steps of other names, other types.
///
/// Stateless.
final class ChangeScenarios {
  private static final Duration HOUR = Duration.ofHours(1);

  private ChangeScenarios() {}

  static List<Scenario<?, ?, ?>> all() {
    return List.of(
        renamedChain(), renamedGroup(), renamedWaits(), migratedInput(), migratedContext());
  }

  private static Step<Object, Integer, Integer> flaky(Journal journal, String name) {
    return journal
        .<Object, Integer, Integer>of(
            name,
            Integer.class,
            Integer.class,
            (ctx, n) -> {
              if (ctx.attempt() == 1) {
                throw new IOException("once");
              }
              return Transition.next(n + 10);
            })
        .retry(RetryPolicy.fixed(HOUR));
  }

  private static Workflow<Object, Integer, Integer> chain(Journal journal, boolean changed) {
    var first = FlowScenarios.plus(journal, "first", 1);
    var work = flaky(journal, changed ? "labour" : "work");
    var sleep = Step.sleep(changed ? "rest" : "sleep", Integer.class, HOUR);
    var last = FlowScenarios.plus(journal, "last", 100);
    var builder = Workflow.builder("changed").start(first).then(work).then(sleep).then(last);
    return changed
        ? builder.rename("work", "labour").rename("sleep", "rest").end(last).build()
        : builder.end(last).build();
  }

  private static Scenario<?, ?, ?> renamedChain() {
    return Scenario.<Object, Integer, Integer>of(
            "steps renamed while they wait", 1, journal -> chain(journal, false))
        .under(usual ->
            usual.successor(journal -> {
              journal.renamed("work", "labour");
              return chain(journal, true);
            }))
        .completes(112)
        .attempts(Map.of("first", 1, "work", 2, "last", 1));
  }

  private static Workflow<Object, Integer, String> group(Journal journal, String suffix) {
    var fork = FlowScenarios.upTo(journal, "fork" + suffix);
    var each = flaky(journal, "each" + suffix);
    var join = FlowScenarios.text(journal, "join" + suffix);
    var builder = Workflow.builder("changed").start(fork).edge(fork, each).join(fork, each, join);
    return suffix.isEmpty()
        ? builder.end(join).build()
        : builder
            .rename("fork", "fork" + suffix)
            .rename("each", "each" + suffix)
            .rename("join", "join" + suffix)
            .end(join)
            .build();
  }

  private static Scenario<?, ?, ?> renamedGroup() {
    return Scenario.<Object, Integer, String>of(
            "fork and join renamed while they are open", 4, journal -> group(journal, ""))
        .under(usual ->
            usual.successor(journal -> {
              List.of("fork", "each", "join").forEach(was -> journal.renamed(was, was + " 2"));
              return group(journal, " 2");
            }))
        .completes("[10, 11, 12, 13]")
        .attempts(Map.of("fork", 1, "each", 8, "join", 1));
  }

  private static Workflow<Object, Integer, Integer> waiting(Journal journal, String await) {
    var first = FlowScenarios.plus(journal, "first", 0);
    var last = FlowScenarios.plus(journal, "last", 100);
    var builder =
        Workflow.builder("changed").start(first).then(WaitScenarios.await(await)).then(last);
    return await.equals("await")
        ? builder.end(last).build()
        : builder.rename("await", await).end(last).build();
  }

  private static Scenario<?, ?, ?> renamedWaits() {
    return Scenario.<Object, Integer, Integer>of(
            "a renamed step that waits for a signal", 1, journal -> waiting(journal, "await"))
        .under(usual -> usual.successor(journal -> waiting(journal, "approval")))
        .outside(scene -> WaitScenarios.sendOnce(scene, "k1", 10))
        .completes(111)
        .attempts(Map.of("first", 1, "last", 1));
  }

  record Amount(int cents) {}

  private static Workflow<Object, Integer, Integer> cents(Journal journal) {
    var first = FlowScenarios.plus(journal, "first", 1);
    var sleep = Step.sleep("sleep", Integer.class, HOUR);
    var last = FlowScenarios.plus(journal, "last", 100);
    return Workflow.builder("changed").start(first).then(sleep).then(last).end(last).build();
  }

  private static Workflow<Object, Integer, Integer> amounts(Journal journal) {
    var first = journal.map("first", Integer.class, Amount.class, n -> new Amount(n + 1));
    var sleep = Step.sleep("sleep", Amount.class, HOUR);
    var last = journal.map("last", Amount.class, Integer.class, amount -> amount.cents() + 100);
    return Workflow.builder("changed")
        .start(first)
        .then(sleep)
        .then(last)
        .migrate("sleep", Integer.class, Amount::new)
        .migrateOutput("sleep", Integer.class, Amount::new)
        .migrate("last", Integer.class, Amount::new)
        .end(last)
        .build();
  }

  private static Scenario<?, ?, ?> migratedInput() {
    return Scenario.<Object, Integer, Integer>of(
            "payloads of another type", 1, ChangeScenarios::cents)
        .under(usual -> usual.successor(ChangeScenarios::amounts))
        .completes(102)
        .attempts(Map.of("first", 1, "last", 1));
  }

  record Old(int total) {}

  record New(int sum, String note) {}

  private static Workflow<?, Integer, Integer> oldContext(Journal journal) {
    var add =
        journal.<Old, Integer, Integer>of(
            "add",
            Integer.class,
            Integer.class,
            (ctx, n) -> {
              ctx.update(old -> new Old(old.total() + n));
              return Transition.next(n);
            });
    var sleep = Step.sleep("sleep", Integer.class, HOUR);
    var last =
        journal.<Old, Integer, Integer>of(
            "last",
            Integer.class,
            Integer.class,
            (ctx, n) -> Transition.next(ctx.state().total() + n));
    return Workflow.builder("changed", Old.class, () -> new Old(40))
        .start(add)
        .then(sleep)
        .then(last)
        .end(last)
        .build();
  }

  private static Workflow<?, Integer, Integer> newContext(Journal journal) {
    var add =
        journal.<New, Integer, Integer>of(
            "add",
            Integer.class,
            Integer.class,
            (ctx, n) -> {
              ctx.update(now -> new New(now.sum() + n, now.note()));
              return Transition.next(n);
            });
    var sleep = Step.sleep("sleep", Integer.class, HOUR);
    var last =
        journal.<New, Integer, Integer>of(
            "last",
            Integer.class,
            Integer.class,
            (ctx, n) -> Transition.next(ctx.state().sum() + n));
    return Workflow.builder("changed", New.class, () -> new New(40, ""))
        .migrateContext(Old.class, old -> new New(old.total(), "migrated"))
        .start(add)
        .then(sleep)
        .then(last)
        .end(last)
        .build();
  }

  /// What is expected of the run leaves out the context, which has another type in each process.
  @SuppressWarnings("unchecked") // the context's type is looked at by the workflow's own steps only
  private static Workflow<Object, Integer, Integer> any(Workflow<?, Integer, Integer> workflow) {
    return (Workflow<Object, Integer, Integer>) workflow;
  }

  private static Scenario<?, ?, ?> migratedContext() {
    return Scenario.<Object, Integer, Integer>of(
            "a context of another type", 1, journal -> any(oldContext(journal)))
        .under(usual -> usual.successor(journal -> any(newContext(journal))))
        .completes(42)
        .attempts(Map.of("add", 1, "last", 1))
        .varying();
  }
}
