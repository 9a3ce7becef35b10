package dev.treadle.testkit;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.executor.spi.CheckpointReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A thousand runs at once in a process that is killed outright, again and again: nothing that was
/// acknowledged is lost, nothing is there twice, nothing is executed again, all runs complete. To
/// check a store, extend this class and say how its process is started.
///
/// The properties `treadle.soak.kills` (100 unless set) and `treadle.seed` set how often the long
/// test kills, and when.
public abstract class KillContract {
  private static final int KILLS = 5;
  private static final int KILLS_UNTIL_FOUND = 20;

  /// For subclasses.
  protected KillContract() {}

  /// The process to kill: another JVM whose main method calls [KilledRuns#main].
  ///
  /// @param arguments what it is to get
  /// @return the process, not started
  protected abstract ProcessBuilder process(List<String> arguments);

  /// Opens the store for reading only, after a kill.
  ///
  /// @param place where its data are
  /// @return the reader
  protected abstract CheckpointReader reader(Path place);

  /// Where the data are to be. Asked once a test, and empty then.
  ///
  /// @return the place
  protected abstract Path place();

  /// An empty folder for what the processes see, best on another file system.
  ///
  /// @return the folder
  protected abstract Path logs();

  /// Tells what was tried, on a console or wherever it is read.
  ///
  /// @param counts the counts, in one line
  protected abstract void report(String counts);

  @Test
  final void killedWithAThousandRuns_losesNothingAcknowledged_executesNothingAgain_completesAll()
      throws IOException, InterruptedException {
    kill(harness(), KILLS);
  }

  @Test
  @Tag("soak")
  final void killedAHundredTimes_losesNothingAcknowledged_executesNothingAgain_completesAll()
      throws IOException, InterruptedException {
    kill(harness(), Integer.getInteger("treadle.soak.kills", 100));
  }

  @Test
  final void plantedBug_acknowledgingBeforeWriting_isCaught() {
    assertThatThrownBy(() -> kill(harness().withBug(), KILLS_UNTIL_FOUND))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("acknowledged");
  }

  private KillHarness harness() {
    return new KillHarness(this::process, place(), logs(), this::reader);
  }

  private void kill(KillHarness harness, int times) throws IOException, InterruptedException {
    long seed = Long.getLong("treadle.seed", System.nanoTime());
    report(getClass().getSimpleName() + ": " + harness.kill(times, seed));
  }
}
