package dev.treadle.checkpoint.file;

import java.io.IOException;

/// The number of an opening: it owns the journal as long as the file of that name is there. A later
/// opening creates its own, makes it durable, and deletes those before, ahead of anything else.
///
/// Used by one thread.
final class Epoch {
  private final JournalFolder folder;
  private final String name;
  private final long number;

  private Epoch(JournalFolder folder, long number) {
    this.folder = folder;
    this.number = number;
    this.name = Names.epoch(number);
  }

  /// Takes the journal over from all openings before.
  ///
  /// @param above a number that the journal is known to have had
  static Epoch raise(JournalFolder folder, long above) throws IOException {
    var names = folder.names();
    long number = 1 + Math.max(above, Names.lastEpoch(names).orElse(0));
    var epoch = new Epoch(folder, number);
    try (var file = folder.create(epoch.name)) {
      file.force();
    }
    folder.force();
    for (long former : Names.epochs(names)) {
      folder.delete(Names.epoch(former));
    }
    return epoch;
  }

  long number() {
    return number;
  }

  boolean isOver() {
    return !folder.exists(name);
  }
}
