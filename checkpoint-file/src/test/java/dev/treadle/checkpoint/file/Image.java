package dev.treadle.checkpoint.file;

import dev.treadle.executor.spi.CheckpointReader;
import dev.treadle.executor.spi.Entry;
import dev.treadle.executor.spi.RunHeader;
import dev.treadle.executor.spi.RunQuery;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// All that can be read from a store.
///
/// @param runs by their ids
record Image(Map<String, Content> runs) {
  private static final int MANY = 1_000_000;

  /// A run.
  record Content(RunHeader header, List<Entry> entries) {
    boolean isOld(Instant keptFrom) {
      return header.status().isFinal() && header.updatedAt().isBefore(keptFrom);
    }
  }

  static Image of(CheckpointReader reader) {
    var runs = new TreeMap<String, Content>();
    for (var header : reader.list(RunQuery.all(MANY))) {
      var entries = reader.entries(header.id(), -1, MANY);
      runs.put(header.id().value(), new Content(header, entries));
    }
    return new Image(runs);
  }

  /// Whether another image shows the same; runs may be missing from it that finished before a time.
  boolean isShownBy(Image other, Instant keptFrom) {
    int shown = 0;
    for (var run : runs.entrySet()) {
      var content = other.runs.get(run.getKey());
      if (content == null ? !run.getValue().isOld(keptFrom) : !content.equals(run.getValue())) {
        return false;
      }
      shown += content == null ? 0 : 1;
    }
    return shown == other.runs.size();
  }

  /// What differs, in words without payloads.
  String differs(Image other) {
    var text = new StringBuilder();
    for (var run : runs.entrySet()) {
      var content = other.runs.get(run.getKey());
      if (!run.getValue().equals(content)) {
        text.append("\n  instead of ")
            .append(run.getValue())
            .append("\n  there is ")
            .append(content);
      }
    }
    other.runs.keySet().stream()
        .filter(id -> !runs.containsKey(id))
        .forEach(id -> text.append("\n  there is ").append(other.runs.get(id)));
    return text.toString();
  }
}
