package dev.treadle.checkpoint.file;

import dev.treadle.RunId;
import dev.treadle.executor.spi.RunHeader;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// A run's header as it lies in the journal: its length and checksum, then its fields.
///
/// @param header the header
/// @param count how many entries are visible after its commit
record StoredHeader(RunHeader header, int count) {
  /// The length and the checksum before the fields.
  static final int FRONT = 8;

  private static final byte[] NO_SEED = {};

  /// Where a header that is being written has what is known only later.
  record Open(int at, int countAt) {}

  static Open begin(Encoder out, RunHeader header, Map<String, String> labels) {
    int at = out.reserve(FRONT);
    out.text(header.id().value());
    out.text(header.workflow());
    out.one(Codes.of(header.status()));
    out.text(header.reason());
    out.number(header.sequence());
    out.number(header.nextId());
    int countAt = out.reserve(Integer.BYTES);
    out.number(header.createdAt().toEpochMilli());
    out.number(header.updatedAt().toEpochMilli());
    out.number(header.dueAt().isPresent() ? 1 : 0);
    if (header.dueAt().isPresent()) {
      out.number(header.dueAt().get().toEpochMilli());
    }
    out.number(labels.size());
    for (var label : labels.entrySet()) {
      out.text(label.getKey());
      out.text(label.getValue());
    }
    out.text(header.detail());
    out.setInt(at, out.size() - at - FRONT);
    return new Open(at, countAt);
  }

  static void end(Encoder out, Open open, int length, int count) {
    out.setInt(open.countAt, count);
    out.setInt(open.at + 4, out.crc(NO_SEED, open.at + FRONT, open.at + length));
  }

  /// Reads a header and checks it.
  static StoredHeader decode(byte[] bytes, int from, int end) throws MalformedException {
    var in = new Decoder(bytes, from, end);
    int length = in.fixedInt();
    in.check(NO_SEED, length, in.fixedInt());
    if (end - from != length + FRONT) {
      throw new MalformedException("a wrong length");
    }
    try {
      return fields(in);
    } catch (IllegalArgumentException e) {
      throw new MalformedException("an impossible value");
    }
  }

  private static StoredHeader fields(Decoder in) throws MalformedException {
    var id = RunId.of(in.text());
    var workflow = in.text();
    var status = Codes.status(in.one());
    var reason = in.text();
    long sequence = in.number();
    long nextId = in.number();
    int count = in.fixedInt();
    var created = Instant.ofEpochMilli(in.number());
    var updated = Instant.ofEpochMilli(in.number());
    Optional<Instant> due =
        in.number() == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(in.number()));
    var labels = new HashMap<String, String>();
    for (int left = in.count(2); left > 0; left--) {
      if (labels.put(in.text(), in.text()) != null) {
        throw new MalformedException("a label twice");
      }
    }
    var header =
        new RunHeader(
            id, workflow, status, reason, sequence, nextId, created, updated, due, labels,
            in.text());
    in.end();
    return new StoredHeader(header, count);
  }
}
