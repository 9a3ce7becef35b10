package dev.treadle.testkit;

import dev.treadle.RunId;
import dev.treadle.RunStatus;
import dev.treadle.executor.spi.Entry;
import dev.treadle.executor.spi.IdRange;
import dev.treadle.executor.spi.RunHeader;
import dev.treadle.executor.spi.StepCommit;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Commits as the tests of stores need them.
///
/// Stateless.
final class Commits {
  static final Instant CREATED = Instant.parse("2026-11-22T10:00:00.123Z");

  private Commits() {}

  static RunHeader header(String id, long sequence, long nextId) {
    return header(id, sequence, nextId, "orders", RunStatus.RUNNING, Map.of());
  }

  static RunHeader header(
      String id,
      long sequence,
      long nextId,
      String workflow,
      RunStatus status,
      Map<String, String> labels) {
    return new RunHeader(
        RunId.of(id),
        workflow,
        status,
        "",
        sequence,
        nextId,
        CREATED,
        CREATED.plusMillis(sequence),
        Optional.empty(),
        labels,
        "{\"incarnation\":7}");
  }

  static RunHeader due(RunHeader header, Instant time) {
    return new RunHeader(
        header.id(),
        header.workflow(),
        header.status(),
        header.reason(),
        header.sequence(),
        header.nextId(),
        header.createdAt(),
        header.updatedAt(),
        Optional.of(time),
        header.labels(),
        header.detail());
  }

  static Entry item(long id, String payload) {
    return item(id, payload.getBytes(StandardCharsets.UTF_8));
  }

  static Entry item(long id, byte[] payload) {
    var detail = "{\"attempt\":1}".getBytes(StandardCharsets.UTF_8);
    return new Entry(id, Entry.Kind.ITEM, "ship", 0, "", 0, payload, detail);
  }

  /// The first commit of a run.
  static StepCommit start(String id, Entry... puts) {
    var nextId = Arrays.stream(puts).mapToLong(Entry::id).max().orElse(-1) + 1;
    return whole(header(id, 1, nextId), puts);
  }

  static StepCommit whole(RunHeader header, Entry... puts) {
    return new StepCommit(header, List.of(), List.of(puts), true, List.of());
  }

  static StepCommit removing(RunHeader header, List<IdRange> removes, Entry... puts) {
    return new StepCommit(header, removes, List.of(puts), true, List.of());
  }

  static StepCommit part(RunHeader header, Entry... puts) {
    return new StepCommit(header, List.of(), List.of(puts), false, List.of());
  }

  static StepCommit together(StepCommit commit, StepCommit... with) {
    return new StepCommit(commit.header(), commit.removes(), commit.puts(), true, List.of(with));
  }
}
