package dev.treadle.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.executor.spi.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/// Cuts the power of the disk that a store lies on, again and again, while it commits, and looks
/// what it has lost. Each life goes on with what the former has left.
///
/// Used by one thread.
final class PowerCuts {
  private static final String RUN = "a";
  private static final int LONGEST = 120;
  private static final int PAYLOAD = 700;

  private final LoopDisk disk;
  private final Path view;
  private final Path place;
  private final StoreOpener opener;
  private long commits;
  private long lost;
  private int damaged;

  PowerCuts(LoopDisk disk, Path view, StoreOpener opener) {
    this.disk = disk;
    this.view = view;
    this.place = view.resolve("runs");
    this.opener = opener;
  }

  /// What came of the cuts.
  ///
  /// @param times how many there were
  /// @param commits how many commits were acknowledged
  /// @param lost how many of them were gone after the next cut
  /// @param damaged how often the store could not be opened
  record Report(int times, long commits, long lost, int damaged, long seed) {
    @Override
    public String toString() {
      return "%d power cuts, %d commits acknowledged, %d lost, %d stores damaged (-Dtreadle.seed=%d)"
          .formatted(times, commits, lost, damaged, seed);
    }
  }

  Report cut(int times, long seed) throws Exception {
    var random = new SplittableRandom(seed);
    long before = 0;
    for (int cut = 0; cut < times; cut++) {
      long acknowledged = cut(before + random.nextInt(1, LONGEST));
      commits += acknowledged - before;
      disk.restart();
      before = audit(acknowledged);
    }
    return new Report(times, commits, lost, damaged, seed);
  }

  /// Commits until the power is cut, at any moment after the sequence is reached.
  ///
  /// @return the highest sequence that was acknowledged before the cut
  private long cut(long reached) throws InterruptedException {
    var acknowledged = new AtomicLong();
    var begun = new CountDownLatch(1);
    var failed = new CountDownLatch(1);
    var writer =
        Thread.ofPlatform()
            .start(() -> {
              try (var store = opener.open(place)) {
                long sequence = LinearRun.sequence(store, RUN);
                while (failed.getCount() > 0) {
                  store.append(List.of(LinearRun.commit(RUN, ++sequence, new byte[PAYLOAD])));
                  acknowledged.set(sequence);
                  if (sequence >= reached) {
                    begun.countDown();
                  }
                }
              } catch (StoreException e) {
                failed.countDown();
              } finally {
                begun.countDown();
              }
            });
    begun.await();
    long before = acknowledged.get(); // a force that the cut overtakes may report success
    disk.cut();
    failed.await();
    writer.join();
    assertThat(before).as("commits before the cut").isGreaterThanOrEqualTo(reached);
    return before;
  }

  /// Opens, and goes on.
  ///
  /// @return the sequence that the next life begins with
  private long audit(long acknowledged) throws IOException {
    try (var store = opener.open(place)) {
      long sequence = LinearRun.sequence(store, RUN);
      lost += Math.max(0, acknowledged - sequence);
      if (sequence > 0) {
        assertThat(LinearRun.entries(store, RUN)).extracting("id").containsExactly(sequence - 1);
      }
      assertThat(store.append(List.of(LinearRun.commit(RUN, sequence + 1, new byte[9])))).isEmpty();
      commits++;
      return sequence + 1;
    } catch (StoreException e) {
      damaged++;
      clear();
      return 0;
    }
  }

  private void clear() throws IOException {
    try (var all = Files.walk(view)) {
      for (var file : all.toList().reversed()) {
        if (view.relativize(file).toString().startsWith("runs")) {
          Files.delete(file);
        }
      }
    }
  }
}
