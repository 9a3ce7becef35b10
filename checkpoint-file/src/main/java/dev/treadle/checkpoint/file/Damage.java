package dev.treadle.checkpoint.file;

import dev.treadle.RunId;
import dev.treadle.executor.spi.StoreDamagedException;
import dev.treadle.executor.spi.StoreVersionException;

/// Says what is damaged and what can be done.
final class Damage {
  private Damage() {}

  static StoreVersionException nothing(JournalFolder folder) {
    return new StoreVersionException(
        folder.location(), "the folder holds no journal; there is nothing to read", null);
  }

  static StoreDamagedException of(Segments segments, Run run, long place, int length, String what) {
    return new StoreDamagedException(
        segments.folder().location(),
        RunId.of(run.id()),
        "run %s is damaged in %s at offset %d, length %d: %s; delete the run, or restore the folder from a backup"
            .formatted(
                run.id(),
                Names.segment(Segment.number(place)),
                Segment.offset(place),
                length,
                what),
        null);
  }

  static StoreDamagedException of(Segments segments, Run run, String what) {
    return new StoreDamagedException(
        segments.folder().location(),
        RunId.of(run.id()),
        "run %s is damaged: %s; delete the run, or restore the folder from a backup"
            .formatted(run.id(), what),
        null);
  }
}
