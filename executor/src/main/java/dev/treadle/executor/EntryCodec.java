package dev.treadle.executor;

import dev.treadle.TypeRef;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/// How the executor's own notes on entries and runs are stored: JSON, read strictly. Safe for use
/// by many threads.
final class EntryCodec {
  /// The notes on the output of a `terminate`.
  static final byte[] TERMINAL = "{\"terminal\":true}".getBytes(StandardCharsets.UTF_8);

  /// One for all executors, for looking at the types takes long. The limits of users are for their
  /// values.
  static final EntryCodec SHARED = new EntryCodec(new PayloadCodec(PayloadLimits.defaults()));

  private static final byte[] NONE = {};

  private final PayloadType<ItemMarks> marks;
  private final PayloadType<Map<String, Long>> counts;
  private final PayloadType<RunNotes> notes;
  private final PayloadType<GroupMarks> groups;
  private final PayloadType<SignalNote> signals;
  private final PayloadType<StartMark> starts;

  private EntryCodec(PayloadCodec codec) {
    this.marks = codec.type(new TypeRef<ItemMarks>() {});
    this.counts = codec.type(new TypeRef<Map<String, Long>>() {});
    this.notes = codec.type(new TypeRef<RunNotes>() {});
    this.groups = codec.type(new TypeRef<GroupMarks>() {});
    this.signals = codec.type(new TypeRef<SignalNote>() {});
    this.starts = codec.type(new TypeRef<StartMark>() {});
  }

  byte[] marks(ItemMarks value) {
    return marks.write("the notes on an item", value);
  }

  /// As [#marks(ItemMarks)], but of no notes nothing is stored.
  byte[] detail(ItemMarks value) {
    return value.equals(ItemMarks.NONE) ? NONE : marks(value);
  }

  ItemMarks marks(byte[] detail) {
    return detail.length == 0 ? ItemMarks.NONE : marks.read("the notes on an item", detail);
  }

  byte[] group(GroupMarks value) {
    return groups.write("the notes on a group", value);
  }

  GroupMarks group(byte[] detail) {
    return detail.length == 0 ? GroupMarks.NONE : groups.read("the notes on a group", detail);
  }

  byte[] mark(StartMark value) {
    return starts.write("a start mark", value);
  }

  StartMark mark(byte[] detail) {
    return starts.read("a start mark", detail);
  }

  byte[] count(long value) {
    return counts.write("the count of a hold", Map.of("count", value));
  }

  long count(byte[] detail) {
    return counts.read("the count of a hold", detail).getOrDefault("count", 0L);
  }

  byte[] signal(SignalNote value) {
    return signals.write("the notes on a signal", value);
  }

  SignalNote signal(byte[] detail) {
    return signals.read("the notes on a signal", detail);
  }

  String notes(RunNotes value) {
    return new String(notes.write("the notes on a run", value), StandardCharsets.UTF_8);
  }

  RunNotes notes(String detail) {
    return notes.read("the notes on a run", detail.getBytes(StandardCharsets.UTF_8));
  }
}
