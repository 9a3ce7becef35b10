package dev.treadle.checkpoint.sqlite;

import dev.treadle.RunStatus;
import dev.treadle.executor.spi.CheckpointReader;
import dev.treadle.executor.spi.Entry;
import dev.treadle.executor.spi.RunHeader;
import dev.treadle.executor.spi.StepCommit;
import dev.treadle.proof.LinearRun;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/// Linear runs for the tests: one item is pending at a time.
final class Runs {
  static final Instant CREATED = LinearRun.CREATED;

  private Runs() {}

  static SqliteCheckpointStore open(Path file, Driver driver) {
    return SqliteCheckpointStore.open(
        file, SqliteOptions.defaults(), driver, Path.of(file + ".lock"));
  }

  static Entry entry(long id, Entry.Kind kind, String payload) {
    return entry(id, kind, payload.getBytes(StandardCharsets.UTF_8));
  }

  static Entry entry(long id, Entry.Kind kind, byte[] payload) {
    return LinearRun.entry(id, kind, payload);
  }

  /// The commit of this sequence, counted from 1, which leaves the item of the same number less 1.
  static StepCommit linear(String run, long sequence) {
    return linear(run, sequence, new byte[100]);
  }

  static StepCommit linear(String run, long sequence, byte[] payload) {
    return LinearRun.commit(run, sequence, payload);
  }

  static RunHeader header(String run, long sequence, long nextId, RunStatus status) {
    return LinearRun.header(run, sequence, nextId, status);
  }

  static long sequence(CheckpointReader reader, String run) {
    return LinearRun.sequence(reader, run);
  }

  static List<Entry> entries(CheckpointReader reader, String run) {
    return LinearRun.entries(reader, run);
  }
}
