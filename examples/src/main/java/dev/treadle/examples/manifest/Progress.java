package dev.treadle.examples.manifest;

import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// How far a run is, counted by its steps as they go. Only for show: what counts is in the run's
/// context. Safe for use by many threads.
final class Progress {
  private final AtomicReference<@Nullable Totals> begun = new AtomicReference<>();
  private final LongAdder files = new LongAdder();
  private final LongAdder bytes = new LongAdder();
  private final LongAdder inFlight = new LongAdder();

  /// Where a run stands.
  ///
  /// @param files how many files are done
  /// @param totalFiles how many there are
  /// @param bytes how many bytes are done
  /// @param totalBytes how many there are
  /// @param storedFiles how many of the files were done before this process began
  /// @param storedBytes how many of the bytes were
  record Snapshot(
      long files,
      long totalFiles,
      long bytes,
      long totalBytes,
      long storedFiles,
      long storedBytes) {}

  /// One attempt to read a file. Confined to one thread.
  final class Attempt implements AutoCloseable {
    private long read;

    private Attempt() {}

    /// Counts what was read.
    ///
    /// @param more how many bytes
    void read(long more) {
      read += more;
      inFlight.add(more);
    }

    /// Takes back what was counted; a file that is done counts with its listed size.
    @Override
    public void close() {
      inFlight.add(-read);
    }
  }

  /// Tells what there is to do. Each step after the listing calls it before anything else; the
  /// first call decides, and it comes before any other commit of this process.
  ///
  /// @param committed the run's context
  void begin(Totals committed) {
    begun.compareAndSet(null, committed);
  }

  /// Begins to read a file.
  ///
  /// @return the attempt
  Attempt attempt() {
    return new Attempt();
  }

  /// Counts a file as done.
  ///
  /// @param size its size as it was listed
  void done(long size) {
    files.increment();
    bytes.add(size);
  }

  /// How many files this process has done.
  ///
  /// @return the number
  long filesNow() {
    return files.sum();
  }

  /// How many bytes this process has done.
  ///
  /// @return the number
  long bytesNow() {
    return bytes.sum();
  }

  /// Where the run stands.
  ///
  /// @return the numbers, or null while the folder is being listed
  @Nullable Snapshot snapshot() {
    var totals = begun.get();
    if (totals == null) {
      return null;
    }
    var doneBytes = totals.doneBytes() + bytes.sum() + inFlight.sum();
    return new Snapshot(
        totals.doneFiles() + files.sum(),
        totals.files(),
        Math.min(doneBytes, totals.bytes()),
        totals.bytes(),
        totals.doneFiles(),
        totals.doneBytes());
  }
}
