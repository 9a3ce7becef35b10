package dev.treadle.checkpoint.file;

import dev.treadle.executor.spi.Retention;
import java.io.IOException;
import java.util.Arrays;

/// Journals of a workload that end anywhere within the frame that was written last: each must show
/// what was acknowledged before that frame, and nothing is damage.
final class Prefixes {
  private static final int OPENED = 101;
  private static final int LONGEST = 1000;
  private static final FileOptions KEEP_ALL = FileOptions.defaults().withRetention(Retention.all());

  private final Workload work;
  private final long segmentSize;
  private final Tear tear;
  private long prefixes;

  /// What is left of a frame.
  interface Tear {
    /// Tears it.
    ///
    /// @param segment what the frame lies in
    /// @param at where it begins
    /// @param end where it is torn
    byte[] tear(byte[] segment, int at, int end);
  }

  private Prefixes(long seed, Tear tear) {
    this.work = Workload.of(seed, seed % 3 == 0 ? 110 : 42, LONGEST);
    this.segmentSize = seed % 3 == 0 ? 1 << 16 : 3000 + seed * 100;
    this.tear = tear;
  }

  /// Looks at the prefixes that belong to a seed.
  ///
  /// @return how many there were
  static long of(long seed, Tear tear) {
    var prefixes = new Prefixes(seed, tear);
    try {
      prefixes.run();
    } catch (AssertionError | RuntimeException | IOException e) {
      throw new AssertionError(
          "after %d prefixes of Prefixes.of(%d, Arrays::copyOfRange)"
              .formatted(prefixes.prefixes, seed),
          e);
    }
    return prefixes.prefixes;
  }

  private void run() throws IOException {
    var disk = new SimulatedDisk();
    var done = new WorkOnDisk(work, disk, segmentSize);
    done.open();
    while (done.made() < work.size()) {
      var before = disk.copy();
      int size = before.bytes(before.last()).length;
      boolean opens = work.changes().get(done.made()).isOpening();
      done.make();
      if (!opens) {
        int at = disk.last().equals(before.last()) ? size : SegmentHead.SIZE;
        prefixes(done, before, disk, at);
      }
    }
    done.check(disk.copy());
  }

  private void prefixes(WorkOnDisk done, SimulatedDisk before, SimulatedDisk after, int at)
      throws IOException {
    var name = after.last();
    var whole = after.bytes(name);
    var start = before.copy().put(name, Arrays.copyOf(whole, at));
    var folder = start.copy();
    var retirement = new Retirement(KEEP_ALL);
    var loaded = Loaded.read(folder, Names.segments(folder.names()), false, retirement);
    for (int end = at; end < whole.length; end++) {
      var torn = tear.tear(whole, at, end);
      folder.put(name, torn, at);
      loaded = loaded.further();
      check(loaded, at, end - at);
      if (++prefixes % OPENED == 0) {
        var opened = start.copy();
        opened.put(name, torn, at);
        done.on(opened, done.made() - 1).check(opened);
      }
    }
  }

  private static void check(Loaded loaded, int at, int tail) {
    if (!loaded.replay().findings().isEmpty()) {
      throw new AssertionError("taken for damage: " + loaded.replay().findings());
    }
    if (loaded.segments().active().size() != at || loaded.tail() != tail) {
      throw new AssertionError("what was not whole was taken for a frame of " + tail);
    }
  }
}
