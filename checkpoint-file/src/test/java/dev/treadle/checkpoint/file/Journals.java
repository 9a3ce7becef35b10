package dev.treadle.checkpoint.file;

import dev.treadle.RunId;
import dev.treadle.RunStatus;
import dev.treadle.executor.spi.CheckpointReader;
import dev.treadle.executor.spi.Entry;
import dev.treadle.executor.spi.IdRange;
import dev.treadle.executor.spi.Retention;
import dev.treadle.executor.spi.RunHeader;
import dev.treadle.executor.spi.StepCommit;
import dev.treadle.executor.spi.StoreLock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// Journals and commits for the tests.
final class Journals {
  static final Instant CREATED = Instant.parse("2026-11-22T10:00:00.250Z");
  static final FileOptions SMALL =
      FileOptions.defaults().withSegmentSize(1 << 16).withRetention(Retention.all());

  private Journals() {}

  /// Opens a journal whose former opening was not closed, as if that one's process were dead.
  static FileCheckpointStore openOver(Path folder, FileOptions options) {
    return FileCheckpointStore.open(new DiskFolder(folder), () -> {}, options);
  }

  /// Opens a journal on disk through a folder that is put before the real one.
  static FileCheckpointStore openThrough(
      Path place, UnaryOperator<JournalFolder> through, FileOptions options) {
    var disk = new DiskFolder(place);
    try {
      disk.createIfAbsent();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return FileCheckpointStore.open(
        through.apply(disk), StoreLock.acquire(disk.path(Names.LOCK)), options);
  }

  static FileCheckpointStore open(JournalFolder folder) {
    return open(folder, SMALL);
  }

  static FileCheckpointStore open(JournalFolder folder, FileOptions options) {
    return FileCheckpointStore.open(folder, () -> {}, options);
  }

  /// The commit of this sequence, counted from 1, which leaves the item of the same number less 1
  /// and a context.
  static StepCommit linear(String run, long sequence) {
    return linear(run, sequence, "{\"step\":" + sequence + "}");
  }

  static StepCommit linear(String run, long sequence, String payload) {
    return commit(run, sequence, RunStatus.RUNNING, CREATED.plusMillis(sequence), payload);
  }

  static StepCommit commit(
      String run, long sequence, RunStatus status, Instant updated, String payload) {
    var header =
        new RunHeader(
            RunId.of(run),
            "orders",
            status,
            "",
            sequence,
            sequence,
            CREATED,
            updated,
            Optional.empty(),
            sequence == 1 ? Map.of("customer", "7") : Map.of(),
            "{}");
    var removes =
        sequence == 1 ? List.<IdRange>of() : List.of(new IdRange(sequence - 2, sequence - 2));
    return new StepCommit(header, removes, List.of(item(sequence - 1, payload)), true, List.of());
  }

  static Entry item(long id, String payload) {
    return new Entry(
        id,
        Entry.Kind.ITEM,
        "ship",
        0,
        "",
        0,
        payload.getBytes(StandardCharsets.UTF_8),
        "{}".getBytes(StandardCharsets.UTF_8));
  }

  static long sequence(CheckpointReader reader, String run) {
    return reader.find(RunId.of(run)).map(RunHeader::sequence).orElse(0L);
  }

  static List<Entry> entries(CheckpointReader reader, String run) {
    return reader.entries(RunId.of(run), -1, 1000);
  }
}
