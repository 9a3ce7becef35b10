package dev.treadle.checkpoint.file;

import dev.treadle.RunId;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// A record of a frame: its kind, then its subject (a header, an id or a number) with length and
/// checksum, then a table with length and checksum of what is removed and put (the checksum begins
/// with the kind), then the entries themselves, then a line end.
///
/// So all but the entries is proven even where the checksum of the frame is wrong, and entries are
/// proven one by one when they are read.
///
/// @param kind what it tells
/// @param run the id of the run, or an empty text if it is about none
/// @param header the header, or null
/// @param number the number, if it is not about a run
/// @param subjectAt where the subject begins
/// @param subjectEnd where it ends
/// @param removes the first and the last id of each range that goes
/// @param puts the ids of the entries that come
/// @param places where each of them begins, and where the last ends
@SuppressWarnings("ArrayRecordComponent") // never compared
record JournalRecord(
    RecordKind kind,
    String run,
    @Nullable StoredHeader header,
    long number,
    int subjectAt,
    int subjectEnd,
    long[] removes,
    long[] puts,
    int[] places) {
  static final int FRONT = 8;
  static final int SLOT = Long.BYTES + Integer.BYTES;
  static final byte[] NO_SEED = {};

  /// The length of an entry.
  int length(int index) {
    return places[index + 1] - places[index];
  }

  /// Reads the next record; the entries are not read.
  static JournalRecord decode(byte[] bytes, Decoder in) throws MalformedException {
    var kind = RecordKind.of(in.one());
    int from = in.at();
    int end = block(in, NO_SEED);
    StoredHeader header = null;
    String run = "";
    long number = 0;
    if (kind.hasHeader()) {
      header = StoredHeader.decode(bytes, from, end);
      run = header.header().id().value();
    } else {
      var subject = new Decoder(bytes, from + FRONT, end);
      if (kind.hasRun()) {
        run = runId(subject.text());
      } else {
        number = subject.number();
      }
      subject.end();
    }
    int tableAt = in.at() + FRONT;
    var table = new Decoder(bytes, tableAt, block(in, kind.seed()));
    var removes = removes(table);
    var puts = new long[table.count(SLOT)];
    var places = places(table, puts, in);
    table.end();
    in.expect('\n');
    return new JournalRecord(kind, run, header, number, from, end, removes, puts, places);
  }

  private static String runId(String text) throws MalformedException {
    try {
      return RunId.of(text).value();
    } catch (IllegalArgumentException e) {
      throw new MalformedException("an impossible run id");
    }
  }

  /// Checks a block and goes behind it.
  private static int block(Decoder in, byte[] seed) throws MalformedException {
    int length = in.fixedInt();
    in.check(seed, length, in.fixedInt());
    in.skip(length);
    return in.at();
  }

  private static long[] removes(Decoder table) throws MalformedException {
    var removes = new long[2 * table.count(2)];
    for (int i = 0; i < removes.length; i += 2) {
      removes[i] = table.number();
      removes[i + 1] = removes[i] + table.number();
      if (removes[i + 1] < removes[i]) {
        throw new MalformedException("an impossible range");
      }
    }
    return removes;
  }

  private static int[] places(Decoder table, long[] puts, Decoder in) throws MalformedException {
    var places = new int[puts.length + 1];
    for (int i = 0; i < puts.length; i++) {
      puts[i] = table.fixedLong();
      places[i] = in.at();
      in.skip(table.fixedInt());
    }
    places[puts.length] = in.at();
    return places;
  }

  /// Writes a record about a run without a header; entries follow later.
  static void subject(Encoder out, RecordKind kind, String run) {
    out.one(kind.code());
    int at = out.reserve(FRONT);
    out.bytes(run.getBytes(StandardCharsets.ISO_8859_1));
    seal(out, at, out.size(), NO_SEED);
  }

  /// Writes a whole record about a number.
  static void number(Encoder out, RecordKind kind, long number) {
    out.one(kind.code());
    int at = out.reserve(FRONT);
    out.number(number);
    seal(out, at, out.size(), NO_SEED);
    noEntries(out, kind);
  }

  /// Writes a table that is empty, and the end of the record.
  static void noEntries(Encoder out, RecordKind kind) {
    int at = out.reserve(FRONT);
    out.number(0);
    out.number(0);
    seal(out, at, out.size(), kind.seed());
    out.one('\n');
  }

  /// Sets length and checksum of a block.
  ///
  /// @param seed what the checksum begins with
  static void seal(Encoder out, int at, int end, byte[] seed) {
    out.setInt(at, end - at - FRONT);
    out.setInt(at + 4, out.crc(seed, at + FRONT, end));
  }
}
