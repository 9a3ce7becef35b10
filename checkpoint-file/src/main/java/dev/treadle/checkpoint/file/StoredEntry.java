package dev.treadle.checkpoint.file;

import dev.treadle.executor.spi.Entry;

/// An entry as it lies in the journal: a checksum that begins with the run's id, the fields, a line
/// end.
final class StoredEntry {
  private StoredEntry() {}

  static void encode(Encoder out, byte[] seed, Entry entry) {
    int at = out.reserve(Integer.BYTES);
    out.number(entry.id());
    out.one(Codes.of(entry.kind()));
    out.text(entry.step());
    out.number(entry.group());
    out.text(entry.path());
    out.number(entry.dueAt());
    out.bytes(entry.detail());
    out.bytes(entry.payload());
    out.one('\n');
    out.setInt(at, out.crc(seed, at + Integer.BYTES, out.size()));
  }

  /// Reads an entry and checks it.
  static Entry decode(byte[] bytes, int from, int end, byte[] seed, long expectedId)
      throws MalformedException {
    var in = new Decoder(bytes, from, end);
    int crc = in.fixedInt();
    in.check(seed, end - in.at(), crc);
    long id = in.number();
    if (id != expectedId) {
      throw new MalformedException("another entry");
    }
    var kind = Codes.kind(in.one());
    var step = in.text();
    long group = in.number();
    var path = in.text();
    long due = in.number();
    var detail = in.bytes();
    var entry = new Entry(id, kind, step, group, path, due, in.bytes(), detail);
    in.expect('\n');
    in.end();
    return entry;
  }
}
