package dev.treadle.executor;

import dev.treadle.executor.spi.Entry;
import dev.treadle.executor.spi.IdRange;
import dev.treadle.executor.spi.RunHeader;
import dev.treadle.executor.spi.StepCommit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/// Collects what one event changes in a durable run, as it is stored, together with the items that
/// may go on once the commit is durable. Confined to the commit section that makes it.
final class CommitBuilder {
  /// The ids of the two entries that every run has from its start.
  static final long INPUT_ID = 1;

  static final long CONTEXT_ID = 2;
  static final long FIRST_FREE_ID = 3;

  static final byte[] NONE = {};

  private final EntryCodec codec;
  private final List<Entry> puts = new ArrayList<>(2);
  private final List<IdRange> removes = new ArrayList<>(1);
  private final List<Item> released = new ArrayList<>(1);
  private List<StepCommit> with = List.of();

  /// The first id that no commit before this one has used.
  final long firstNewId;

  CommitBuilder(EntryCodec codec, long firstNewId) {
    this.codec = codec;
    this.firstNewId = firstNewId;
  }

  /// Items that become runnable, or begin to wait, when the commit is durable.
  List<Item> released() {
    return released;
  }

  /// First commits of other runs, which become durable together with this one.
  void with(List<StepCommit> others) {
    with = others;
  }

  void input(byte[] payload) {
    puts.add(new Entry(INPUT_ID, Entry.Kind.INPUT, "", 0, "", 0, payload, NONE));
  }

  void context(byte[] payload) {
    puts.add(new Entry(CONTEXT_ID, Entry.Kind.CONTEXT, "", 0, "", 0, payload, NONE));
  }

  void delta(long id, byte[] payload) {
    puts.add(new Entry(id, Entry.Kind.DELTA, "", 0, "", 0, payload, NONE));
  }

  /// An item whose input is the run's.
  void startItem(Item item) {
    puts.add(item(item, NONE, codec.marks(item.marks().stored(0, true))));
    released.add(item);
  }

  /// An item that will go on.
  void item(Item item, byte[] payload) {
    put(item, payload);
    released.add(item);
  }

  /// An item that stays where it is: it has failed for good.
  void failedItem(Item item, byte[] payload) {
    put(item, payload);
  }

  /// An execution that can be undone.
  ///
  /// @param undo the item of the undo
  /// @param payload what the undo gets, or empty if that is to be read from the item that it undoes
  void undo(Item undo, byte[] payload) {
    var marks = undo.marks();
    var undoes = undo.step.undoes;
    if (undoes == null) {
      throw new IllegalArgumentException(undo + " undoes nothing");
    }
    var detail = marks.equals(ItemMarks.NONE) ? NONE : codec.marks(marks);
    puts.add(
        new Entry(
            undo.sequence, Entry.Kind.UNDO, undoes.name, 0, "", marks.dueAt(), payload, detail));
  }

  /// Lets an item that is stored already go on when the commit is durable.
  void release(Item item) {
    released.add(item);
  }

  /// A group that opens, or of which there is more to remember.
  void group(Group group) {
    var outer = group.outer;
    var marks = group.tally == null ? GroupMarks.NONE : group.tally.marks;
    if (!marks.equals(GroupMarks.NONE)) {
      puts.removeIf(entry -> entry.id() == group.id); // it may have been opened in this commit
    }
    var input = group.tally == null ? null : group.tally.input;
    puts.add(
        new Entry(
            group.id,
            Entry.Kind.GROUP,
            group.fork.name,
            outer == null ? 0 : outer.group.id,
            outer == null ? "" : outer.toString(),
            0,
            input == null ? NONE : group.fork.stored().writeInput(input),
            marks.equals(GroupMarks.NONE) ? NONE : codec.group(marks)));
  }

  void value(long id, PlanStep join, Place place, byte[] payload) {
    puts.add(
        new Entry(
            id, Entry.Kind.VALUE, join.name, place.group.id, place.toString(), 0, payload, NONE));
  }

  void output(long id, PlanStep step, boolean terminal, byte[] payload) {
    var detail = terminal ? EntryCodec.TERMINAL : NONE;
    puts.add(new Entry(id, Entry.Kind.OUTPUT, step.name, 0, "", 0, payload, detail));
  }

  void hold(long id, PlanStep step, long count) {
    puts.add(new Entry(id, Entry.Kind.HOLD, step.name, 0, "", 0, NONE, codec.count(count)));
  }

  void signal(long id, SignalNote note, byte[] payload) {
    puts.add(signal(id, codec.signal(note), payload));
  }

  static Entry signal(long id, byte[] note, byte[] payload) {
    return new Entry(id, Entry.Kind.SIGNAL, "", 0, "", 0, payload, note);
  }

  /// An item goes, and with it the signal that it was sent.
  void remove(Item item) {
    remove(item.sequence, item.sequence);
    long sent = item.marks().sent();
    if (sent != 0) {
      remove(sent, sent);
    }
  }

  /// An entry that stays what it is, in the form of another version of the workflow.
  void rewrite(Entry entry) {
    puts.add(entry);
  }

  /// The mark that an item's execution has begun.
  void mark(long id, String step, byte[] detail) {
    puts.add(new Entry(id, Entry.Kind.MARK, step, 0, "", 0, NONE, detail));
  }

  void remove(long first, long last) {
    removes.add(new IdRange(first, last));
  }

  /// An item that was executed; with it go the values that were its input.
  void consume(Item item) {
    remove(item);
    if (item.input instanceof Group group) {
      if (group.retire()) {
        remove(group.id, group.id);
      }
      removeAll(group.storedIds());
    }
  }

  /// Removes entries of what was dropped, which may have come in this very commit.
  ///
  /// @param ids their ids, ascending
  void removeDropped(List<Long> ids) {
    if (!ids.isEmpty()) {
      var set = new HashSet<>(ids);
      puts.removeIf(entry -> set.contains(entry.id()));
      removeAll(set.stream().mapToLong(Long::longValue).sorted().toArray());
    }
  }

  /// Removes ids, ascending, in as few ranges as they form.
  private void removeAll(long[] ids) {
    int from = 0;
    for (int i = 1; i <= ids.length; i++) {
      if (i == ids.length || ids[i] != ids[i - 1] + 1) {
        remove(ids[from], ids[i - 1]);
        from = i;
      }
    }
  }

  /// At a run's end: everything goes but the input, the context and its deltas, and the outputs.
  ///
  /// @param kept the ids of the outputs and of the context's deltas, ascending
  /// @param nextId the first id that no entry has
  void clear(List<Long> kept, long nextId) {
    puts.removeIf(entry -> !isKept(entry));
    removes.clear();
    long from = FIRST_FREE_ID;
    for (long id : kept) {
      if (id > from) {
        remove(from, id - 1);
      }
      from = id + 1;
    }
    if (nextId > from) {
      remove(from, nextId - 1);
    }
    released.clear();
  }

  private static boolean isKept(Entry entry) {
    return switch (entry.kind()) {
      case INPUT, CONTEXT, DELTA, OUTPUT -> true;
      default -> false;
    };
  }

  StepCommit build(RunHeader header) {
    return new StepCommit(header, removes, puts, true, with);
  }

  private void put(Item item, byte[] payload) {
    var marks = item.marks();
    if (item.input instanceof Group group) {
      marks = marks.stored(group.id, false);
    }
    puts.add(item(item, payload, codec.detail(marks)));
  }

  private static Entry item(Item item, byte[] payload, byte[] detail) {
    var place = item.place;
    return new Entry(
        item.sequence,
        Entry.Kind.ITEM,
        item.step.name,
        place == null ? 0 : place.group.id,
        place == null ? "" : place.toString(),
        item.marks().dueAt(),
        payload,
        detail);
  }
}
