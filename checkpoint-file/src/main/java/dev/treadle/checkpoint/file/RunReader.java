package dev.treadle.checkpoint.file;

import dev.treadle.RunId;
import dev.treadle.executor.spi.Entry;
import dev.treadle.executor.spi.RunHeader;
import dev.treadle.executor.spi.RunQuery;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads runs, and checks each header and entry that it reads.
///
/// Used by one thread.
final class RunReader {
  private final Segments segments;
  private final Index index;

  RunReader(Segments segments, Index index) {
    this.segments = segments;
    this.index = index;
  }

  Optional<RunHeader> find(RunId id) throws IOException {
    var run = index.find(id.value());
    return run == null ? Optional.empty() : Optional.of(header(run));
  }

  List<RunHeader> list(RunQuery query) throws IOException {
    var found = new ArrayList<RunHeader>();
    int labels = Head.labels(query.labels());
    var from = query.after().map(id -> index.runs().tailMap(id.value(), false));
    for (var run : from.isPresent() ? from.get().values() : index.runs().values()) {
      var header = run.damage() == null ? matching(run, query, labels) : header(run);
      if (header != null) {
        found.add(header);
      }
      if (found.size() == query.limit()) {
        break;
      }
    }
    return found;
  }

  private @Nullable RunHeader matching(Run run, RunQuery query, int labels) throws IOException {
    var head = run.head();
    if (head == null || !head.mayMatch(query, labels)) {
      return null;
    }
    var header = header(run);
    return query.matches(header) ? header : null;
  }

  List<Entry> entries(RunId id, long afterId, int limit) throws IOException {
    var run = index.find(id.value());
    if (run == null) {
      return List.of();
    }
    var head = whole(run);
    if (afterId >= head.nextId() - 1) {
      return List.of();
    }
    var found = new ArrayList<Stored>();
    run.entries()
        .visit(
            Math.max(0, afterId + 1),
            head.nextId() - 1,
            limit,
            (entry, place, length) -> found.add(new Stored(entry, place, length)));
    var seed = run.seed();
    var entries = new ArrayList<Entry>(found.size());
    for (var stored : found) {
      entries.add(entry(run, seed, stored));
    }
    return entries;
  }

  RunHeader header(Run run) throws IOException {
    var head = whole(run);
    var bytes = bytes(head.place(), head.length());
    try {
      var header = StoredHeader.decode(bytes, 0, bytes.length).header();
      if (header.id().value().equals(run.id()) && header.sequence() == head.sequence()) {
        return header;
      }
      throw new MalformedException("that of another commit");
    } catch (MalformedException e) {
      throw Damage.of(
          segments, run, head.place(), head.length(), "its header is not what was written");
    }
  }

  /// An entry as the index knows it.
  private record Stored(long id, long place, int length) {}

  private Entry entry(Run run, byte[] seed, Stored stored) throws IOException {
    var bytes = bytes(stored.place, stored.length);
    try {
      return StoredEntry.decode(bytes, 0, bytes.length, seed, stored.id);
    } catch (MalformedException e) {
      throw Damage.of(
          segments,
          run,
          stored.place,
          stored.length,
          "entry " + stored.id + " is not what was written");
    }
  }

  private Head whole(Run run) {
    var head = run.head();
    var damage = run.damage();
    if (head == null || damage != null) {
      throw Damage.of(segments, run, damage == null ? "its header is missing" : damage);
    }
    return head;
  }

  private byte[] bytes(long place, int length) throws IOException {
    return segments.at(place).read(Segment.offset(place), length);
  }
}
