package dev.treadle.checkpoint.file;

import dev.treadle.executor.spi.StoreDamagedException;
import dev.treadle.executor.spi.StoreVersionException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Opens a journal for writing.
final class Opening {
  private static final Logger LOG = LoggerFactory.getLogger(Opening.class);
  private static final int PIECE = 1 << 20;

  private final JournalFolder folder;
  private final FileOptions options;
  private final long segmentSize;
  private final List<Finding> findings = new ArrayList<>();

  private Opening(JournalFolder folder, FileOptions options, long segmentSize) {
    this.folder = folder;
    this.options = options;
    this.segmentSize = segmentSize;
  }

  /// A journal that is ready to be written to.
  ///
  /// @param epoch the number of the opening
  /// @param closedCleanly whether the one before was closed in order
  /// @param findings what was found and cut off
  record Opened(
      Segments segments,
      Index index,
      Journal journal,
      long epoch,
      boolean closedCleanly,
      List<Finding> findings) {}

  /// @param segmentSize instead of that of the options, which has bounds
  static Opened open(JournalFolder folder, FileOptions options, long segmentSize)
      throws IOException {
    return new Opening(folder, options, segmentSize).open();
  }

  private Opened open() throws IOException {
    var names = folder.names();
    checkOurs(folder, names);
    if (Names.segments(names).isEmpty()) {
      new Segments(folder).create(Journal.newHead(1, 1)).file().close();
    }
    var epoch = Epoch.raise(folder, 0);
    for (var temporary : Names.temporaries(names)) {
      folder.delete(temporary);
    }
    var retirement = new Retirement(options);
    var loaded = Loaded.read(folder, Names.segments(folder.names()), true, retirement);
    try {
      return open(loaded, epoch, retirement);
    } catch (Throwable e) {
      try (loaded) {
        throw e;
      }
    }
  }

  private Opened open(Loaded loaded, Epoch raised, Retirement retirement) throws IOException {
    var replay = loaded.replay();
    checkKnowable(folder, replay);
    var epoch = replay.epoch() < raised.number() ? raised : Epoch.raise(folder, replay.epoch());
    boolean clean = replay.isClean() && loaded.tail() == 0;
    findings.addAll(replay.findings());
    if (!clean || !isForced(loaded.segments().active())) {
      recover(loaded, epoch);
    }
    var segments = loaded.segments();
    while (segments.all().size() > 1
        && segments.oldest().number() <= replay.dropped()
        && segments.oldest().live() == 0) {
      segments.dropOldest();
    }
    for (var finding : findings) {
      LOG.warn("{}: {}", folder.location(), finding);
    }
    var journal =
        new Journal(segments, loaded.index(), epoch, retirement, segmentSize, replay.next());
    journal.open();
    return new Opened(
        segments, loaded.index(), journal, epoch.number(), clean, List.copyOf(findings));
  }

  /// Fails if the folder is somebody else's.
  ///
  /// @return the numbers of the segments
  static List<Integer> checkOurs(JournalFolder folder, List<String> names) throws IOException {
    var numbers = Names.segments(names);
    if (numbers.isEmpty()) {
      if (!Names.epochs(names).isEmpty()) {
        throw new StoreDamagedException(
            folder.location(),
            "all files of the journal are missing; restore the folder from a backup",
            null);
      }
      if (!names.stream().allMatch(Names::isOurs)) {
        throw new StoreVersionException(
            folder.location(),
            "the folder holds other things and no journal; choose an empty folder",
            null);
      }
    }
    for (int number : numbers) {
      try (var file = folder.openReadOnly(Names.segment(number))) {
        Loaded.head(folder, Names.segment(number), file, number);
      }
    }
    return numbers;
  }

  private static void checkKnowable(JournalFolder folder, Replay replay) {
    if (replay.isUnknowable()) {
      throw new StoreDamagedException(
          folder.location(),
          "the journal is damaged, and it can't be told which runs have lost something; read what"
              + " is whole with openReadOnly, copy it with salvage, or restore the folder from a"
              + " backup ("
              + replay.findings().getFirst()
              + ")",
          null);
    }
  }

  /// Whether the end of the last segment is durable: a process may have died between the mark of an
  /// orderly end and its force, and what follows may go into another file.
  private boolean isForced(Segment active) {
    try {
      active.file().force();
      return true;
    } catch (IOException e) {
      LOG.warn(
          "{}: {} can't be forced, so it is written anew", folder.location(), active.name(), e);
      return false;
    }
  }

  /// After an unclean end: what the last segment holds may be in memory only, marked as written by
  /// a force that had failed. So it is written anew. A frame without an end goes, but is kept
  /// aside. Whoever still has the old file open writes into the void.
  private void recover(Loaded loaded, Epoch epoch) throws IOException {
    var active = loaded.segments().active();
    if (loaded.tail() > 0) {
      var cut = Names.cut(active.name(), epoch.number());
      copy(active, active.size(), loaded.end(), cut).close();
      folder.force(); // or the next power loss might take it, and not the new file
      findings.add(
          new Finding(
              active.name(),
              active.size(),
              loaded.tail(),
              "a frame without an end, which was never acknowledged; cut off and kept in " + cut));
    }
    var temporary = Names.temporary(active.name());
    var file = copy(active, 0, active.size(), temporary);
    folder.rename(temporary, active.name());
    folder.force();
    var renewed = new Segment(active.head(), file);
    renewed.grow(active.size());
    renewed.addLive(active.live());
    var all = loaded.segments().all();
    all.set(all.size() - 1, renewed);
    active.file().close();
  }

  private JournalFile copy(Segment from, long begin, long end, String name) throws IOException {
    folder.delete(name);
    var file = folder.create(name);
    try {
      for (long at = begin; at < end; at += PIECE) {
        var piece = from.read(at, (int) Math.min(PIECE, end - at));
        file.write(ByteBuffer.wrap(piece), at - begin);
      }
      file.force();
      return file;
    } catch (Throwable e) {
      try (file) {
        throw e;
      }
    }
  }
}
