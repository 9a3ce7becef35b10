package dev.treadle.checkpoint.sqlite;

import dev.treadle.RunId;
import dev.treadle.RunStatus;
import dev.treadle.executor.spi.Entry;
import dev.treadle.executor.spi.RunHeader;
import dev.treadle.executor.spi.StoreDamagedException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// Turns rows into what the SPI speaks of, and knows the checksums of headers and entries.
///
/// Stateless.
final class Rows {
  static final String HEADER_COLUMNS =
      "id, workflow, status, reason, sequence, next_id, created_at, updated_at, due_at, detail,"
          + " crc";
  static final String ENTRY_COLUMNS =
      "entry.id, kind, step, group_id, path, entry.due_at, entry.crc, entry.detail, payload";

  private Rows() {}

  /// Reads [#HEADER_COLUMNS] and checks the checksum.
  static RunHeader header(ResultSet row, Map<String, String> labels, String location)
      throws SQLException {
    var id = String.valueOf(row.getString(1));
    try {
      var due = row.getLong(9);
      var dueAt =
          row.wasNull() ? Optional.<Instant>empty() : Optional.of(Instant.ofEpochMilli(due));
      var header =
          new RunHeader(
              RunId.of(id),
              row.getString(2),
              RunStatus.valueOf(row.getString(3)),
              row.getString(4),
              row.getLong(5),
              row.getLong(6),
              Instant.ofEpochMilli(row.getLong(7)),
              Instant.ofEpochMilli(row.getLong(8)),
              dueAt,
              labels,
              row.getString(10));
      if (crc(header) == row.getLong(11)) {
        return header;
      }
    } catch (IllegalArgumentException | NullPointerException e) {
      throw damaged(location, id, e);
    }
    throw damaged(location, id, null);
  }

  static RunHeader labelled(RunHeader header, Map<String, String> labels) {
    return new RunHeader(
        header.id(),
        header.workflow(),
        header.status(),
        header.reason(),
        header.sequence(),
        header.nextId(),
        header.createdAt(),
        header.updatedAt(),
        header.dueAt(),
        labels,
        header.detail());
  }

  /// Reads [#ENTRY_COLUMNS] and checks the checksum.
  static Entry entry(ResultSet row, RunId run, String location) throws SQLException {
    var id = row.getLong(1);
    try {
      var entry =
          new Entry(
              id,
              Entry.Kind.valueOf(row.getString(2)),
              row.getString(3),
              row.getLong(4),
              row.getString(5),
              row.getLong(6),
              bytes(row.getBytes(9)),
              bytes(row.getBytes(8)));
      if (crc(entry) == row.getLong(7)) {
        return entry;
      }
    } catch (IllegalArgumentException | NullPointerException e) {
      throw damaged(location, run, id, e);
    }
    throw damaged(location, run, id, null);
  }

  /// CRC-32C of the header without its labels: its texts, each ended by a zero byte, and its
  /// numbers.
  static long crc(RunHeader header) {
    var crc = new CRC32C();
    for (var text :
        List.of(
            header.id().value(),
            header.workflow(),
            header.status().name(),
            header.reason(),
            header.detail())) {
      crc.update(text.getBytes(StandardCharsets.UTF_8));
      crc.update(0);
    }
    var numbers = ByteBuffer.allocate(5 * Long.BYTES);
    numbers.putLong(header.sequence()).putLong(header.nextId());
    numbers.putLong(header.createdAt().toEpochMilli());
    numbers.putLong(header.updatedAt().toEpochMilli());
    numbers.putLong(header.dueAt().map(Instant::toEpochMilli).orElse(Long.MIN_VALUE));
    crc.update(numbers.flip());
    return crc.getValue();
  }

  /// CRC-32C of the whole entry: its three numbers, its three texts, each ended by a zero byte, the
  /// payload's length, the payload, the detail.
  static long crc(Entry entry) {
    var kind = entry.kind().name().getBytes(StandardCharsets.UTF_8);
    var step = entry.step().getBytes(StandardCharsets.UTF_8);
    var path = entry.path().getBytes(StandardCharsets.UTF_8);
    var head = ByteBuffer.allocate(4 * Long.BYTES + kind.length + step.length + path.length + 3);
    head.putLong(entry.id()).putLong(entry.group()).putLong(entry.dueAt());
    head.put(kind).put((byte) 0).put(step).put((byte) 0).put(path).put((byte) 0);
    head.putLong(entry.payload().length);
    var crc = new CRC32C();
    crc.update(head.flip());
    crc.update(entry.payload(), 0, entry.payload().length);
    crc.update(entry.detail(), 0, entry.detail().length);
    return crc.getValue();
  }

  /// The driver gives null for an empty value.
  private static byte[] bytes(byte @Nullable [] value) {
    return value == null ? new byte[0] : value;
  }

  private static StoreDamagedException damaged(
      String location, String run, @Nullable Throwable cause) {
    var message =
        "the header of run "
            + run
            + " is not what was written; restore the database from a backup, or delete the run";
    try {
      return new StoreDamagedException(location, RunId.of(run), message, cause);
    } catch (IllegalArgumentException e) { // it is the id that is damaged
      return new StoreDamagedException(location, message, e);
    }
  }

  private static StoreDamagedException damaged(
      String location, RunId run, long entry, @Nullable Throwable cause) {
    return new StoreDamagedException(
        location,
        run,
        "entry %d of run %s is not what was written; restore the database from a backup, or delete"
                .formatted(entry, run)
            + " the run",
        cause);
  }
}
