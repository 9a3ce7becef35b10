package dev.treadle.proof;

import dev.treadle.RunId;
import dev.treadle.RunStatus;
import dev.treadle.executor.spi.CheckpointReader;
import dev.treadle.executor.spi.Entry;
import dev.treadle.executor.spi.IdRange;
import dev.treadle.executor.spi.RunHeader;
import dev.treadle.executor.spi.StepCommit;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A run as a store sees it, one item of which is pending at a time.
public final class LinearRun {
  /// When each was created.
  public static final Instant CREATED = Instant.parse("2026-11-22T10:00:00.250Z");

  private LinearRun() {}

  /// The commit of this sequence, counted from 1, which leaves the item of the same number less 1.
  public static StepCommit commit(String run, long sequence, byte[] payload) {
    var removes =
        sequence == 1 ? List.<IdRange>of() : List.of(new IdRange(sequence - 2, sequence - 2));
    return new StepCommit(
        header(run, sequence, sequence, RunStatus.RUNNING),
        removes,
        List.of(entry(sequence - 1, Entry.Kind.ITEM, payload)),
        true,
        List.of());
  }

  /// A header, with labels at first.
  public static RunHeader header(String run, long sequence, long nextId, RunStatus status) {
    return new RunHeader(
        RunId.of(run),
        "orders",
        status,
        "",
        sequence,
        nextId,
        CREATED,
        CREATED.plusMillis(sequence),
        Optional.empty(),
        sequence == 1 ? Map.of("customer", "7") : Map.of(),
        "{}");
  }

  /// An entry of step `ship`.
  public static Entry entry(long id, Entry.Kind kind, byte[] payload) {
    return new Entry(id, kind, "ship", 0, "", 0, payload, "{}".getBytes(StandardCharsets.UTF_8));
  }

  /// How many commits of a run a store has.
  public static long sequence(CheckpointReader reader, String run) {
    return reader.find(RunId.of(run)).map(RunHeader::sequence).orElse(0L);
  }

  /// The entries of a run.
  public static List<Entry> entries(CheckpointReader reader, String run) {
    return reader.entries(RunId.of(run), -1, 1000);
  }
}
