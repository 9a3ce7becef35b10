package dev.treadle.executor;

import dev.treadle.RunId;
import dev.treadle.executor.RunView.PendingItem;
import dev.treadle.executor.RunView.State;
import dev.treadle.executor.RunView.StepView;
import dev.treadle.executor.spi.CheckpointReader;
import dev.treadle.executor.spi.Entry;
import dev.treadle.executor.spi.RunHeader;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Puts a [RunView] together from the entries of a stored run. Used once, by one thread.
final class RunViewer {
  private static final int PAGE = 4_000;
  private static final int TRIES = 3;

  private final RunHeader header;
  private final @Nullable Plan plan;
  private final LiveRun.@Nullable Doing live;
  private final int limit;

  private final Map<String, Counts> steps = new LinkedHashMap<>();
  private final List<PendingItem> items = new ArrayList<>();

  /// Groups that have closed with items left in them, and groups within these.
  private final Set<Long> closed = new HashSet<>(0);

  private long pending;
  private long groups;
  private long outputs;
  private long contextBytes;

  private static final class Counts {
    private long ready;
    private long running;
    private long waiting;
    private long failed;
    private long held;
    private long arrived;
  }

  /// @param plan the workflow, if it is known
  /// @param live what is being done, if the run is driven here
  /// @param limit how many items are listed at most
  RunViewer(RunHeader header, @Nullable Plan plan, LiveRun.@Nullable Doing live, int limit) {
    this.header = header;
    this.plan = plan;
    this.live = live;
    this.limit = limit;
    if (plan != null) {
      plan.workflow.graph().steps().forEach(placed -> counts(placed.step().name()));
    }
  }

  /// Takes an entry; they come in the order of their ids.
  void take(Entry entry) {
    switch (entry.kind()) {
      case ITEM -> {
        if (!closed.contains(entry.group())) {
          item(entry, EntryCodec.SHARED.marks(entry.detail()));
        }
      }
      case GROUP -> group(entry);
      case VALUE -> {
        if (!closed.contains(entry.group())) {
          counts(entry.step()).arrived++;
        }
      }
      case OUTPUT -> outputs++;
      case HOLD -> counts(entry.step()).held += EntryCodec.SHARED.count(entry.detail());
      case CONTEXT, DELTA -> contextBytes += entry.payload().length;
      case INPUT, SIGNAL, UNDO, MARK -> {}
    }
  }

  private void group(Entry entry) {
    boolean isClosed = EntryCodec.SHARED.group(entry.detail()).closed();
    if (isClosed || closed.contains(entry.group())) {
      closed.add(entry.id());
    } else {
      groups++;
    }
  }

  private void item(Entry entry, ItemMarks marks) {
    var state = state(entry, marks);
    var counts = counts(entry.step());
    switch (state) {
      case READY -> counts.ready++;
      case RUNNING -> counts.running++;
      case WAITING, RETRYING -> counts.waiting++;
      case FAILED -> counts.failed++;
    }
    pending++;
    if (items.size() < limit) {
      items.add(
          new PendingItem(
              entry.step(),
              entry.id(),
              state,
              state == State.FAILED ? marks.failures() : marks.failures() + 1,
              entry.dueAt() == 0
                  ? Optional.empty()
                  : Optional.of(Instant.ofEpochMilli(entry.dueAt())),
              marks.failure()));
    }
  }

  private State state(Entry entry, ItemMarks marks) {
    if (marks.failed()) {
      return State.FAILED;
    }
    if (live != null && live.running().contains(entry.id())) {
      return State.RUNNING;
    }
    if (entry.dueAt() == 0 && marks.awaits().isEmpty()) {
      return State.READY;
    }
    return marks.failure().isPresent() && !marks.delivers() ? State.RETRYING : State.WAITING;
  }

  private Counts counts(String step) {
    return steps.computeIfAbsent(step, _ -> new Counts());
  }

  /// Of a run that is not stored, what is known without disturbing it.
  RunView transientView() {
    if (live != null) {
      live.steps()
          .forEach((name, step) -> {
            var counts = counts(name);
            counts.running = step.running();
            counts.ready = step.pending() - step.running();
            pending += step.pending();
          });
    }
    return view();
  }

  RunView view() {
    var views = new LinkedHashMap<String, StepView>();
    steps.forEach((name, counts) -> {
      var done = live == null ? null : live.steps().get(name);
      views.put(
          name,
          new StepView(
              counts.ready,
              counts.running,
              counts.waiting,
              counts.failed,
              counts.held,
              counts.arrived,
              done == null ? 0 : done.completed(),
              done == null ? 0 : done.failures()));
    });
    var notes = notes();
    return new RunView(
        header,
        live != null,
        notes.flatMap(RunNotes::deadline),
        notes.flatMap(RunNotes::failure),
        items,
        pending,
        groups,
        views,
        outputs,
        contextBytes,
        Optional.ofNullable(plan).map(known -> known.workflow));
  }

  /// Looks into a stored run. Commits of the run may go on meanwhile; if they come between two
  /// pages, it is read again, and at last in one piece.
  static Optional<RunView> read(
      StoreReads reads,
      RunId id,
      int limit,
      LiveRun.@Nullable Doing live,
      Function<String, @Nullable Plan> plans) {
    for (int i = 0; i < TRIES; i++) {
      var header = reads.ask(store -> store.find(id));
      if (header.isEmpty()) {
        return Optional.empty();
      }
      var plan = plans.apply(header.get().workflow());
      var viewer = new RunViewer(header.get(), plan, live, limit);
      if (viewer.readPages(reads)) {
        return Optional.of(viewer.view());
      }
    }
    return reads.ask(store ->
        store
            .find(id)
            .map(header -> {
              var plan = plans.apply(header.workflow());
              var viewer = new RunViewer(header, plan, live, limit);
              viewer.readWhole(store);
              return viewer.view();
            }));
  }

  /// Reads page by page.
  ///
  /// @return false if a commit came between
  private boolean readPages(StoreReads reads) {
    long after = -1;
    while (true) {
      long from = after;
      var page =
          reads.ask(store ->
              store
                  .find(header.id())
                  .filter(now -> now.sequence() == header.sequence())
                  .map(_ -> store.entries(header.id(), from, PAGE)));
      if (page.isEmpty()) {
        return false;
      }
      page.get().forEach(this::take);
      if (page.get().size() < PAGE) {
        return true;
      }
      after = page.get().getLast().id();
    }
  }

  private void readWhole(CheckpointReader store) {
    List<Entry> page;
    long after = -1;
    do {
      page = store.entries(header.id(), after, PAGE);
      page.forEach(this::take);
      after = page.isEmpty() ? after : page.getLast().id();
    } while (page.size() == PAGE);
  }

  private Optional<RunNotes> notes() {
    return header.detail().equals("{}") // of a transient run
        ? Optional.empty()
        : Optional.of(EntryCodec.SHARED.notes(header.detail()));
  }
}
