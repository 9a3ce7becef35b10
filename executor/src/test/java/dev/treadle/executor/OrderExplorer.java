package dev.treadle.executor;

import dev.treadle.Workflow;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Explores every order in which the next events of a run can come, and expects the same of the
/// run's state as of the [ReferenceInterpreter], event by event: the same events possible, the same
/// end. Beyond the depth, the first possible event always comes next.
final class OrderExplorer {
  /// How many events may come in any order.
  private static final int DEPTH = 6;

  private final Workflow<?, ?, ?> workflow;
  private final Plan plan;
  private final Object input;
  private final boolean durable;
  private final boolean cancels;
  private long orders;

  /// @param cancels whether a cancel may come
  /// @param durable whether the run is stored; then the process may die, once in each order
  OrderExplorer(Workflow<?, ?, ?> workflow, Object input, boolean cancels, boolean durable) {
    this.workflow = workflow;
    this.plan = ExploredRun.plan(workflow, durable);
    this.input = input;
    this.cancels = cancels;
    this.durable = durable;
  }

  /// How many orders were looked at.
  long orders() {
    return orders;
  }

  /// One event that may come next.
  private record Event(Kind kind, int item, String name) {
    @Override
    public String toString() {
      return kind + (name.isEmpty() ? "" : " " + name);
    }
  }

  private enum Kind {
    COMMIT,
    WAKE,
    CANCEL,
    SETTLE,
    DIE,
    LOSE
  }

  /// Looks at all orders.
  ///
  /// @return the first difference, or empty
  Optional<String> difference() {
    var choices = new ArrayList<Integer>();
    do {
      orders++;
      var widths = new ArrayList<Integer>();
      var told = new ArrayList<Event>();
      var difference = follow(choices, widths, told);
      if (difference.isPresent()) {
        return Optional.of(
            "workflow %s, %s, events %s: %s"
                .formatted(
                    workflow.name(), durable ? "durable" : "transient", told, difference.get()));
      }
      advance(choices, widths);
    } while (!choices.isEmpty());
    return Optional.empty();
  }

  /// The next order: the last choice that can be another one is, and what followed it begins anew.
  private static void advance(List<Integer> choices, List<Integer> widths) {
    while (choices.size() < widths.size()) {
      choices.add(0);
    }
    while (!choices.isEmpty() && choices.getLast() + 1 >= widths.get(choices.size() - 1)) {
      choices.removeLast();
    }
    if (!choices.isEmpty()) {
      choices.add(choices.removeLast() + 1);
    }
  }

  /// Follows one order.
  ///
  /// @param choices which of the possible events comes, for the first ones
  /// @param widths gets how many there were to choose from, down to the depth
  /// @param told gets the events
  private Optional<String> follow(List<Integer> choices, List<Integer> widths, List<Event> told) {
    var reference = new ReferenceInterpreter(workflow, false, RandomGraphs.BOUND);
    reference.start(input);
    boolean cancelled = false;
    boolean died = false;
    var run = new ExploredRun(plan, input);
    while (!reference.isOver()) {
      var expected = names(reference.inFlight().stream().map(ReferenceInterpreter.Item::name));
      var actual = names(run.inFlight().stream().map(Item::step));
      if (run.isOver()
          || run.isEnding() != reference.isEnding()
          || run.canWake() != reference.canWake()
          || !actual.equals(expected)) {
        return Optional.of("expected in flight %s, was %s".formatted(expected, actual));
      }
      var events = events(reference, !cancelled && cancels, !died && durable);
      int choice = 0;
      if (widths.size() < DEPTH) {
        choice = widths.size() < choices.size() ? choices.get(widths.size()) : 0;
        widths.add(events.size());
      }
      var event = events.get(choice);
      told.add(event);
      cancelled |= event.kind == Kind.CANCEL;
      died |= event.kind == Kind.DIE || event.kind == Kind.LOSE;
      happen(event, reference, run);
    }
    return run.isOver() ? differentEnd(reference, run) : Optional.of("the run is not over");
  }

  private static List<String> names(java.util.stream.Stream<String> names) {
    return names.toList();
  }

  /// What may come next; what goes on without anything from outside comes first.
  private static List<Event> events(
      ReferenceInterpreter reference, boolean mayCancel, boolean mayDie) {
    var events = new ArrayList<Event>();
    var items = reference.inFlight();
    for (int i = 0; i < items.size(); i++) {
      events.add(new Event(Kind.COMMIT, i, items.get(i).name()));
    }
    if (reference.canWake()) {
      events.add(new Event(Kind.WAKE, 0, ""));
    }
    if (reference.isEnding()) {
      events.add(new Event(Kind.SETTLE, 0, ""));
    } else if (mayCancel) {
      events.add(new Event(Kind.CANCEL, 0, ""));
    }
    if (mayDie) {
      events.add(new Event(Kind.DIE, 0, ""));
      if (!items.isEmpty()) {
        events.add(new Event(Kind.LOSE, items.size() - 1, items.getLast().name()));
      }
    }
    return events;
  }

  private static void happen(Event event, ReferenceInterpreter reference, ExploredRun run) {
    switch (event.kind) {
      case COMMIT -> {
        reference.execute(reference.inFlight().get(event.item));
        run.execute(run.inFlight().get(event.item));
      }
      case WAKE -> {
        reference.wake();
        run.wake();
      }
      case CANCEL -> {
        reference.cancel();
        run.cancel();
      }
      case SETTLE -> {
        reference.settle();
        run.settle();
      }
      case DIE -> {
        reference.die();
        run.reload();
      }
      case LOSE -> {
        reference.die();
        run.executeAndLose(run.inFlight().get(event.item));
      }
    }
  }

  private static Optional<String> differentEnd(ReferenceInterpreter reference, ExploredRun run) {
    var expected = reference.account();
    var actual = run.account();
    boolean same =
        expected.verdict().equals(actual.verdict())
            && expected.outputs().equals(actual.outputs())
            && expected.context().equals(actual.context());
    return same ? Optional.empty() : Optional.of("expected %s, was %s".formatted(expected, actual));
  }
}
