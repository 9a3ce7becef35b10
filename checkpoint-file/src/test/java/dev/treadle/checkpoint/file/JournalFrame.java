package dev.treadle.checkpoint.file;

import dev.treadle.executor.spi.Entry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.CRC32C;

/// A frame as it was written, to compare with what is read when its bytes are damaged.
///
/// @param at where it begins
/// @param end where it ends
/// @param salt of its segment
/// @param records what it tells
/// @param entries those of each record
@SuppressWarnings("ArrayRecordComponent") // never compared
record JournalFrame(
    int at, int end, byte[] salt, List<JournalRecord> records, List<List<Entry>> entries) {

  /// The frames of a segment.
  static List<JournalFrame> all(byte[] segment) throws MalformedException {
    var salt = SegmentHead.decoded(segment).salt();
    var frames = new ArrayList<JournalFrame>();
    for (int at = SegmentHead.SIZE; at < segment.length; at = frames.getLast().end) {
      int end = at + Frame.head(segment, at).total();
      var records = records(segment, at, end);
      var entries = new ArrayList<List<Entry>>();
      for (var record : records) {
        var of = new ArrayList<Entry>();
        for (int i = 0; i < record.puts().length; i++) {
          of.add(entry(segment, record, i));
        }
        entries.add(of);
      }
      frames.add(new JournalFrame(at, end, salt, records, entries));
    }
    return frames;
  }

  /// The runs that it tells of.
  Set<String> runs() {
    var runs = new TreeSet<String>();
    records.forEach(record -> runs.add(record.run()));
    return runs;
  }

  /// Whether a whole commit of a run is in it.
  boolean commits(String run) {
    return records.stream()
        .anyMatch(record -> record.run().equals(run) && record.kind() == RecordKind.COMMIT);
  }

  /// What is known of a frame of which bytes are not what was written.
  enum Known {
    /// Nothing, so that the whole journal is in doubt.
    NOTHING,
    /// All but some entries, or all.
    ALL_BUT_ENTRIES
  }

  /// Checks that the frame, damaged, is not taken for whole, and that nothing of it is read as
  /// something else.
  ///
  /// @param bytes the damaged segment
  Known check(byte[] bytes) {
    var found = Frame.check(bytes, at, bytes.length, salt, new CRC32C());
    if (found == Frame.Check.WHOLE) {
      throw new AssertionError("the frame at " + at + " is taken for whole");
    }
    if (found != Frame.Check.BAD_CONTENT) {
      return Known.NOTHING;
    }
    List<JournalRecord> read;
    try {
      read = records(bytes, at, end);
    } catch (MalformedException e) {
      return Known.NOTHING;
    }
    for (int i = 0; i < records.size(); i++) {
      check(bytes, read.get(i), i);
    }
    return Known.ALL_BUT_ENTRIES;
  }

  private void check(byte[] bytes, JournalRecord read, int index) {
    if (!isSame(read, records.get(index))) {
      throw new AssertionError("a record of the frame at " + at + " is taken for another");
    }
    for (int i = 0; i < read.puts().length; i++) {
      if (!isSameOrRefused(bytes, read, i, entries.get(index).get(i))) {
        throw new AssertionError("an entry of the frame at " + at + " is taken for another");
      }
    }
  }

  private static boolean isSameOrRefused(
      byte[] bytes, JournalRecord read, int index, Entry written) {
    try {
      return entry(bytes, read, index).equals(written);
    } catch (MalformedException e) {
      return true; // the damage was noticed
    }
  }

  private static boolean isSame(JournalRecord one, JournalRecord other) {
    return one.kind() == other.kind()
        && one.run().equals(other.run())
        && one.number() == other.number()
        && Objects.equals(one.header(), other.header())
        && Arrays.equals(one.removes(), other.removes())
        && Arrays.equals(one.puts(), other.puts())
        && Arrays.equals(one.places(), other.places());
  }

  private static List<JournalRecord> records(byte[] bytes, int at, int end)
      throws MalformedException {
    var records = new ArrayList<JournalRecord>();
    for (var in = new Decoder(bytes, at + Frame.HEAD, end); in.hasMore(); ) {
      records.add(JournalRecord.decode(bytes, in));
    }
    return records;
  }

  private static Entry entry(byte[] bytes, JournalRecord record, int index)
      throws MalformedException {
    var seed = record.run().getBytes(StandardCharsets.ISO_8859_1);
    int[] places = record.places();
    return StoredEntry.decode(bytes, places[index], places[index + 1], seed, record.puts()[index]);
  }
}
