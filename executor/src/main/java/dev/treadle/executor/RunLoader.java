package dev.treadle.executor;

import dev.treadle.RunStatus;
import dev.treadle.executor.spi.Entry;
import dev.treadle.executor.spi.RunHeader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Makes the state of a stored run anew, and says all that does not fit the workflow as it is now.
/// Used once, by one thread.
final class RunLoader {
  private static final int PAGE = 4_000;

  private final Plan plan;
  private final PlanPayloads payloads;
  private final EntryCodec codec;
  private final RunHeader header;
  private final Misfits misfits = new Misfits();

  private final List<Entry> items = new ArrayList<>();
  private final LoadedGroups groups;
  private final Map<Long, Entry> values = new java.util.LinkedHashMap<>();
  private final List<Entry> others = new ArrayList<>(2);
  private final Map<Long, Item> restored = new HashMap<>();
  private final List<Entry> undos = new ArrayList<>(0);
  private final List<Entry> deltas = new ArrayList<>(0);
  private final SignalLoader signals;
  private final Rewrites rewrites = new Rewrites();
  private final Map<Long, StartMark> marks = new HashMap<>(0);
  private @Nullable Entry input;
  private @Nullable Entry context;

  private RunLoader(Plan plan, PlanPayloads payloads, EntryCodec codec, RunHeader header) {
    this.plan = plan;
    this.payloads = payloads;
    this.codec = codec;
    this.header = header;
    this.groups = new LoadedGroups(plan, codec, misfits, rewrites);
    this.signals = new SignalLoader(plan, codec, misfits);
  }

  /// A run as it was loaded.
  ///
  /// @param state its state
  /// @param run what never changes about it
  /// @param deltas the ids of the context's deltas, ascending
  /// @param deltaBytes their size in all
  /// @param contextBytes the size of the context
  /// @param marks the start marks of items, by the ids of their entries
  /// @param rewritten entries of an earlier version of the workflow, in the form of the present one
  @SuppressWarnings("ArrayRecordComponent") // moved, never compared
  record Loaded(
      RunState state,
      RunIdentity run,
      List<Long> deltas,
      long deltaBytes,
      long contextBytes,
      Map<Long, StartMark> marks,
      List<Entry> rewritten) {}

  /// Loads a run.
  ///
  /// @throws RunMisfitException if it does not fit the workflow
  static Loaded load(
      StoreReads reads, Plan plan, PlanPayloads payloads, EntryCodec codec, RunHeader header) {
    var loader = new RunLoader(plan, payloads, codec, header);
    long after = -1;
    List<Entry> page;
    do {
      long from = after;
      page = reads.ask(store -> store.entries(header.id(), from, PAGE));
      for (var entry : page) {
        loader.take(entry);
        after = entry.id();
      }
    } while (page.size() == PAGE);
    return loader.build();
  }

  /// What a run was started with, as it is stored.
  static byte[] input(StoreReads reads, RunHeader header) {
    var first = reads.ask(store -> store.entries(header.id(), CommitBuilder.INPUT_ID - 1, 1));
    if (first.isEmpty() || first.getFirst().kind() != Entry.Kind.INPUT) {
      throw new RunMisfitException(header.id(), List.of("its input is missing"));
    }
    return first.getFirst().payload();
  }

  private void take(Entry entry) {
    switch (entry.kind()) {
      case INPUT -> input = entry;
      case CONTEXT -> context = entry;
      case DELTA -> deltas.add(entry);
      case ITEM -> {
        if (groups.drops(entry)) {
          signals.dropped(codec.marks(entry.detail()));
        } else {
          items.add(entry);
        }
      }
      case GROUP -> groups.take(entry);
      case VALUE -> values.put(entry.id(), entry);
      case OUTPUT, HOLD -> others.add(entry);
      case UNDO -> undos.add(entry);
      case SIGNAL -> signals.take(entry);
      case MARK -> marks.put(entry.id(), codec.mark(entry.detail()));
    }
  }

  private Loaded build() {
    var state = new RunState(plan, context());
    state.nextId = header.nextId();
    boolean anew = input();
    items.forEach(entry -> groups.need(codec.marks(entry.detail()).values()));
    values.values().forEach(this::value);
    for (var entry : items) {
      item(entry, anew, state);
    }
    signals.restore(state.waits);
    groups.restore(state);
    others.forEach(entry -> other(entry, state));
    var notes = codec.notes(header.detail());
    var run = RunIdentity.stored(header, notes);
    undos.forEach(entry -> undo(entry, run, state));
    state.restore(header.status(), notes);
    if (header.status() == RunStatus.QUARANTINED) {
      poison(state);
    }
    if (!misfits.isEmpty()) {
      throw new RunMisfitException(header.id(), misfits.list());
    }
    long deltaBytes = deltas.stream().mapToLong(delta -> delta.payload().length).sum();
    return new Loaded(
        state,
        run,
        deltas.stream().map(Entry::id).toList(),
        deltaBytes,
        context == null ? 0 : context.payload().length,
        marks,
        rewrites.entries());
  }

  /// Finds the item that put the run into quarantine.
  private void poison(RunState state) {
    var poison = marks.values().stream().filter(StartMark::isPoison).map(StartMark::item).toList();
    state.queue.forEach(item -> {
      if (poison.contains(item.sequence)) {
        state.quarantine(item);
      }
    });
    if (state.results.poison == null) {
      misfits.add("it is in quarantine, but none of its items is");
    }
  }

  /// Looks at what the run was started with.
  ///
  /// @return whether it is to be stored anew, so that items can't go on referring to it
  private boolean input() {
    var stored = input;
    if (stored == null) {
      misfits.add("its input is missing");
      return false;
    }
    if (header.status().isFinal()) {
      return false;
    }
    try {
      var where = "the input of the run";
      var inputs = plan.start.stored().inputs();
      var read = inputs.read(where, stored.payload());
      if (read.turned()) {
        rewrites.rewrite(stored, "", inputs.write(where, read.value()));
      }
      return read.turned();
    } catch (PayloadException e) {
      misfits.add(e);
      return false;
    }
  }

  private @Nullable Object context() {
    var stored = context;
    if (stored == null) {
      if (plan.contextClass != null) {
        misfits.add("it has no context, but the workflow has one now");
      }
      return null;
    }
    if (plan.contextClass == null) {
      misfits.add("it has a context, but the workflow has none now");
      return null;
    }
    try {
      var current = contextPart("the context", stored);
      for (var delta : deltas) {
        var merge = plan.merge;
        if (merge == null) {
          misfits.add("its context has deltas, but the workflow has no merge now");
          return current;
        }
        current = merge.combine().apply(current, contextPart("a delta of the context", delta));
      }
      return current;
    } catch (PayloadException e) {
      misfits.add(e);
      return null;
    } catch (RuntimeException e) { // the merge is the user's
      misfits.add("the deltas of its context do not merge: " + e.getClass().getName());
      return null;
    }
  }

  private Object contextPart(String what, Entry entry) {
    var versions = payloads.contextsOfAllVersions();
    var read = versions.read(what, entry.payload());
    if (read.turned()) {
      rewrites.rewrite(entry, "", versions.write(what, read.value()));
    }
    return read.value();
  }

  private void value(Entry entry) {
    if (groups.discards(entry)) {
      return;
    }
    var join = step(entry, "an arrived value");
    var group = groups.get(entry.group());
    if (join == null || group == null) {
      return; // the group's own misfit was reported
    }
    if (group.fork.closedBy != join) {
      misfits.add(
          "fork \""
              + group.fork.name
              + "\" and join \""
              + join.name
              + "\" do not belong together now");
      return;
    }
    try {
      var read = join.stored().elementRead(entry.payload());
      group.arrive(Place.parse(group, entry.path()), read.value(), entry.id());
      if (read.turned()) {
        rewrites.rewrite(entry, join.name, join.stored().writeElement(read.value()));
      } else {
        rewrites.rename(entry, join);
      }
    } catch (PayloadException e) {
      misfits.add(e);
    }
  }

  private void item(Entry entry, boolean inputAnew, RunState state) {
    var step = step(entry, "a pending item");
    if (step == null) {
      return;
    }
    try {
      var marks = codec.marks(entry.detail());
      var place = groups.place(entry, step);
      var read = input(entry, step, marks);
      var sent = signals.sent(step, marks);
      if (read == null) {
        return;
      }
      var value = read.value();
      var item =
          marks.equals(ItemMarks.NONE)
              ? new Item(step, value, entry.id(), place)
              : new MarkedItem(step, value, entry.id(), place, marks.stored(0, false), sent);
      state.restore(item);
      restored.put(entry.id(), item);
      if (read.turned() || (marks.started() && inputAnew)) {
        var own = marks.stored(marks.values(), false);
        var payload =
            marks.delivers() ? step.stored().writeOutput(value) : step.stored().writeInput(value);
        rewrites.rewrite(entry, step.name, payload, codec.detail(own));
      } else {
        rewrites.rename(entry, step);
      }
    } catch (PayloadException e) {
      misfits.add(e);
    }
  }

  private PayloadVersions.@Nullable Read input(Entry entry, PlanStep step, ItemMarks marks) {
    if (marks.values() != 0) {
      var group = groups.use(marks.values());
      if (group == null) {
        misfits.add("the values for step \"" + step.name + "\" are missing");
        return null;
      }
      if (!(step.step.inputType().rawClass() == List.class)) {
        misfits.add(
            "step \"" + step.name + "\" has values of a join pending, but takes no list now");
        return null;
      }
      return new PayloadVersions.Read(group, false);
    }
    var source = marks.started() ? input : entry;
    if (source == null) {
      return null; // a missing input was reported
    }
    return marks.delivers()
        ? step.stored().outputRead(source.payload())
        : step.stored().inputRead(source.payload());
  }

  private void other(Entry entry, RunState state) {
    var step = step(entry, entry.kind() == Entry.Kind.OUTPUT ? "an output" : "a hold");
    if (step == null) {
      return;
    }
    if (entry.kind() == Entry.Kind.HOLD) {
      state.restoreHold(step, entry.id(), codec.count(entry.detail()));
      rewrites.rename(entry, step);
      return;
    }
    try {
      var read = step.stored().outputRead(entry.payload());
      state.restore(new Results.Output(entry.id(), step, read.value()), entry.detail().length > 0);
      if (read.turned()) {
        rewrites.rewrite(entry, step.name, step.stored().writeOutput(read.value()));
      } else {
        rewrites.rename(entry, step);
      }
    } catch (PayloadException e) {
      misfits.add(e);
    }
  }

  /// Something that can be undone.
  private void undo(Entry entry, RunIdentity run, RunState state) {
    var step = step(entry, "an execution to undo");
    if (step == null) {
      return;
    }
    var undo = step.undo;
    if (undo == null) {
      misfits.add("step \"" + step.name + "\" has an execution to undo, but no undo now");
      return;
    }
    rewrites.rename(entry, step);
    try {
      var marks = codec.marks(entry.detail());
      var item = restored.get(marks.undoes());
      if (entry.payload().length > 0) {
        var done = undo.stored().readInput(entry.payload());
        state.undos.restore(new MarkedItem(undo, done, entry.id(), null, marks));
      } else if (item != null) {
        var done = Undos.unknown(item, run.key(item));
        state.undos.restore(new MarkedItem(undo, done, entry.id(), null, marks));
      } else {
        misfits.add("what is to be undone of step \"" + step.name + "\" is missing");
      }
    } catch (PayloadException e) {
      misfits.add(e);
    }
  }

  private @Nullable PlanStep step(Entry entry, String what) {
    return groups.step(entry, what);
  }
}
