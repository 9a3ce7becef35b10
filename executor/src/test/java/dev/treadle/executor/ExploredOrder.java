package dev.treadle.executor;

import dev.treadle.executor.ReferenceModel.Fresh;
import dev.treadle.executor.ReferenceModel.Item;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/// One order of the events of a run, as a [ReferenceInterpreter] and a [RunState] see it.
final class ExploredOrder {
  /// What can happen.
  enum Kind {
    /// An attempt comes back and is committed.
    COMMIT,
    /// What is due next is due.
    WAKE,
    /// An attempt comes back that nobody waits for.
    LATE,
    /// What is in flight in a run that is ending is given up.
    SETTLE,
    /// The store takes commits again, and what it had refused.
    TAKE,
    /// The next signal comes.
    SIGNAL,
    /// Somebody cancels.
    CANCEL,
    /// The run's deadline is over.
    MISS,
    /// The time of an attempt is over; what it brings later is dropped.
    TIMEOUT,
    /// An attempt comes back, and the store refuses its commit and all others for a while.
    REFUSE,
    /// The process dies.
    DIE,
    /// An attempt comes back, and the process dies before its commit is durable.
    LOSE
  }

  private record Event(Kind kind, int item, String name) {
    @Override
    public String toString() {
      return kind + (name.isEmpty() ? "" : " " + name);
    }
  }

  private final RandomGraphs.Case one;
  private final ExploredRun run;
  private final Set<Kind> left;
  private final List<Event> told = new ArrayList<>();
  private ReferenceInterpreter reference;
  private int signals;

  /// How many events are durable, while the store refuses commits.
  private int durable;

  /// What was pending before the first commit that the store has refused; null if it takes all.
  private @Nullable List<Item> before;

  /// @param outside what may come from outside of the run, once each but for signals
  ExploredOrder(RandomGraphs.Case one, Plan plan, Set<Kind> outside) {
    this.one = one;
    this.left = outside.isEmpty() ? EnumSet.noneOf(Kind.class) : EnumSet.copyOf(outside);
    if (plan.payloads == null) {
      left.removeAll(EnumSet.of(Kind.DIE, Kind.LOSE, Kind.REFUSE));
    }
    this.run = new ExploredRun(plan, one.input());
    this.reference = begun();
  }

  private ReferenceInterpreter begun() {
    var begun = new ReferenceInterpreter(one.workflow(), false, RandomGraphs.BOUND);
    begun.start(one.input());
    return begun;
  }

  /// The kinds of events that have come.
  Set<Kind> seen() {
    var kinds = EnumSet.noneOf(Kind.class);
    told.forEach(event -> kinds.add(event.kind));
    return kinds;
  }

  /// Follows the order to the end of the run.
  ///
  /// @param chooser which of so many possible events comes
  Optional<String> follow(IntUnaryOperator chooser) {
    while (!reference.isOver() || before != null) {
      var difference = difference();
      if (difference.isPresent()) {
        return difference;
      }
      var events = events();
      if (events.isEmpty()) { // it waits for what never comes
        events.add(new Event(Kind.CANCEL, 0, ""));
      }
      var event = events.get(events.size() == 1 ? 0 : chooser.applyAsInt(events.size()));
      told.add(event);
      happen(event);
    }
    return run.isOver() ? differentEnd() : Optional.of("the run is not over");
  }

  private Optional<String> difference() {
    var expected =
        new Seen(
            inFlight().stream().map(Item::name).toList(),
            reference.isOver(),
            reference.isEnding(),
            isWaiting(),
            canWake());
    var actual =
        new Seen(
            run.inFlight().stream().map(dev.treadle.executor.Item::step).toList(),
            run.isOver(),
            run.isEnding(),
            before == null ? run.isWaiting() : expected.waiting, // asked for what is durable
            run.canWake());
    return expected.equals(actual)
        ? Optional.empty()
        : Optional.of("expected %s, was %s".formatted(expected, actual));
  }

  /// What a run looks like between two events.
  private record Seen(
      List<String> inFlight, boolean over, boolean ending, boolean waiting, boolean canWake) {}

  private boolean isWaiting() {
    return !reference.isOver() && !reference.isEnding() && reference.queue.isEmpty();
  }

  private boolean isSeen(Item item) {
    return before == null || before.contains(item);
  }

  private List<Item> inFlight() {
    if (reference.isOver()) {
      return List.of();
    }
    return reference.inFlight().stream().filter(this::isSeen).toList();
  }

  private boolean canWake() {
    return !reference.isEnding() && !reference.isOver() && nextDue() != Long.MAX_VALUE;
  }

  private long nextDue() {
    return reference.waiting.stream()
        .filter(item -> item.due() > 0 && isSeen(item))
        .mapToLong(Item::due)
        .min()
        .orElse(Long.MAX_VALUE);
  }

  // --- what may come next; what goes on without anything from outside comes first

  private List<Event> events() {
    var events = new ArrayList<Event>();
    var items = inFlight();
    for (int i = 0; i < items.size(); i++) {
      events.add(new Event(Kind.COMMIT, i, items.get(i).name()));
    }
    if (canWake()) {
      add(events, Kind.WAKE);
    }
    if (reference.isEnding()) {
      add(events, Kind.SETTLE);
    }
    if (before != null) {
      add(events, Kind.TAKE);
    }
    if (signals < one.signals().size() && !reference.isOver() && !run.isCancelling()) {
      add(events, Kind.SIGNAL);
    }
    if (!run.late().isEmpty()) {
      add(events, Kind.LATE);
    }
    outside(events, items);
    return events;
  }

  private void outside(List<Event> events, List<Item> items) {
    for (var kind : left) {
      switch (kind) {
        case CANCEL, MISS -> {
          if (!reference.isEnding() && !reference.isOver()) {
            add(events, kind);
          }
        }
        case TIMEOUT -> {
          for (int i = 0; i < items.size(); i++) {
            if (isTimed(items.get(i))) {
              events.add(new Event(kind, i, items.get(i).name()));
            }
          }
        }
        case REFUSE, LOSE -> {
          if (!items.isEmpty() && before == null) {
            events.add(new Event(kind, items.size() - 1, items.getLast().name()));
          }
        }
        case DIE -> add(events, kind);
        case COMMIT, WAKE, LATE, SETTLE, TAKE, SIGNAL -> throw new IllegalArgumentException();
      }
    }
  }

  private static void add(List<Event> events, Kind kind) {
    events.add(new Event(kind, 0, ""));
  }

  private static boolean isTimed(Item item) {
    return item.step().step().timeout().isPresent() && item.stage() instanceof Fresh;
  }

  // --- events

  private void happen(Event event) {
    left.remove(event.kind);
    switch (event.kind) {
      case REFUSE -> {
        before = List.copyOf(reference.pending().toList());
        durable = told.size() - 1;
        run.refuse();
        both(event);
      }
      case TAKE -> {
        before = null;
        run.take();
      }
      case DIE -> {
        run.reload();
        die();
      }
      case LOSE -> {
        run.executeAndLose(run.inFlight().get(event.item));
        die();
      }
      case LATE -> run.comeBackLate();
      case COMMIT, WAKE, SETTLE, SIGNAL, CANCEL, MISS, TIMEOUT -> both(event);
    }
  }

  private void both(Event event) {
    int item = event.item;
    switch (event.kind) {
      case COMMIT, REFUSE -> run.execute(run.inFlight().get(item));
      case TIMEOUT -> run.timeOut(run.inFlight().get(item));
      case WAKE -> run.wake();
      case SETTLE -> run.settle();
      case CANCEL -> run.cancel();
      case MISS -> run.miss();
      case SIGNAL -> {
        var answer = run.signal(one.signals().get(signals));
        expected(event);
        if (answer != reference.answers.getLast()) {
          throw new IllegalStateException(
              "a signal was to be " + reference.answers.getLast() + ", was " + answer);
        }
        return;
      }
      case LATE, TAKE, DIE, LOSE -> throw new IllegalArgumentException();
    }
    expected(event);
  }

  private void expected(Event event) {
    boolean wasEnding = reference.isEnding();
    happenInReference(event);
    if (before != null && reference.isEnding() && !wasEnding) {
      // what the refused commits have brought forth has not begun
      reference.onlyInFlight(inFlight());
    }
  }

  private void happenInReference(Event event) {
    switch (event.kind) {
      case COMMIT, REFUSE -> reference.execute(inFlight().get(event.item));
      case TIMEOUT -> reference.timeOut(inFlight().get(event.item));
      case WAKE -> reference.wake(nextDue());
      case SETTLE -> reference.settle();
      case CANCEL -> {
        reference.cancel();
        signals = one.signals().size();
      }
      case MISS -> reference.miss();
      case SIGNAL -> reference.send(one.signals().get(signals++).at(0)); // not later
      case LATE, TAKE, DIE, LOSE -> throw new IllegalArgumentException();
    }
  }

  /// The process has died: what was not durable has not happened, but the time has passed.
  private void die() {
    if (before != null) {
      before = null;
      long now = reference.now;
      signals = 0;
      reference = begun();
      told.subList(0, durable).stream().filter(this::isToldAgain).forEach(this::expected);
      reference.die();
      while (reference.canWake() && reference.nextDue() <= now) {
        reference.wake(reference.nextDue());
      }
      reference.now = now;
      return;
    }
    reference.die();
  }

  private boolean isToldAgain(Event event) {
    if (event.kind == Kind.DIE || event.kind == Kind.LOSE) {
      reference.die();
      return false;
    }
    return event.kind != Kind.LATE && event.kind != Kind.TAKE;
  }

  private Optional<String> differentEnd() {
    var expected = reference.account();
    var actual = run.account();
    boolean same =
        expected.verdict().equals(actual.verdict())
            && expected.outputs().equals(actual.outputs())
            && expected.context().equals(actual.context());
    return same ? Optional.empty() : Optional.of("expected %s, was %s".formatted(expected, actual));
  }

  @Override
  public String toString() {
    return "workflow %s, %s, events %s"
        .formatted(one.workflow().name(), run.isDurable() ? "durable" : "transient", told);
  }
}
