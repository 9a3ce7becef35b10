package dev.treadle.testkit;

import dev.treadle.executor.spi.CheckpointReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/// Kills a process with many runs outright, again and again, and looks after each kill whether what
/// its store had acknowledged is there, nothing twice, and nothing was executed again; and whether
/// all runs complete in the end.
///
/// Used by one thread.
public final class KillHarness {
  static final String HASTY = "hasty";
  private static final String HONEST = "honest";
  private static final int RUNS = 1_000;
  private static final int LONGEST_LIFE_BYTES = 60_000;
  private static final int PATIENCE_SECONDS = 120;

  private final Function<List<String>, ProcessBuilder> process;
  private final Path place;
  private final Path logs;
  private final Function<Path, CheckpointReader> reader;
  private final String bug;
  private int kills;
  private int generations;

  /// A harness for one store.
  ///
  /// @param process makes the process of a program that calls [KilledRuns#main] with the arguments
  ///   it is given; not started
  /// @param place where the store's data are to be, its first argument
  /// @param logs a folder for what the processes saw, best on another file system
  /// @param reader opens the store for reading only, after a kill
  public KillHarness(
      Function<List<String>, ProcessBuilder> process,
      Path place,
      Path logs,
      Function<Path, CheckpointReader> reader) {
    this(process, place, logs, reader, HONEST);
  }

  private KillHarness(
      Function<List<String>, ProcessBuilder> process,
      Path place,
      Path logs,
      Function<Path, CheckpointReader> reader,
      String bug) {
    this.process = process;
    this.place = place;
    this.logs = logs;
    this.reader = reader;
    this.bug = bug;
  }

  /// A harness that puts a bug before the store: commits are acknowledged before they are written.
  /// It has to find it.
  ///
  /// @return the harness
  public KillHarness withBug() {
    return new KillHarness(process, place, logs, reader, HASTY);
  }

  /// Kills, and audits.
  ///
  /// @param times how often to kill
  /// @param seed of the lengths of lives
  /// @return what was done, in a line
  /// @throws IOException if a process can't be started or a log can't be read
  /// @throws InterruptedException if the thread is interrupted
  /// @throws AssertionError if a promise is broken
  public String kill(int times, long seed) throws IOException, InterruptedException {
    var random = new SplittableRandom(seed);
    long commits = 0;
    long executions = 0;
    int quarantines = 0;
    while (kills < times) {
      var audit = generation(times, random);
      commits += audit.commits();
      executions += audit.executions();
      quarantines += audit.quarantines();
    }
    return "%d kills, %d runs, %d commits acknowledged, %d steps executed, %d times in quarantine (-Dtreadle.seed=%d)"
        .formatted(kills, generations * RUNS, commits, executions, quarantines, seed);
  }

  /// A thousand runs, until they are complete.
  private KillAudit generation(int times, SplittableRandom random)
      throws IOException, InterruptedException {
    var log = Files.createFile(logs.resolve("log-" + generations));
    var prefix = "g" + generations++ + "-";
    var audit = new KillAudit(log, prefix, RUNS);
    while (!audit.isDone()) {
      int lives = audit.lives();
      var life =
          process
              .apply(List.of(place.toString(), log.toString(), "" + RUNS, prefix, bug))
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      try {
        live(life, audit, lives, times, random);
      } finally {
        life.destroyForcibly().waitFor();
      }
      audit.read();
      try (var stored = reader.apply(place)) {
        audit.compare(stored);
      }
    }
    return audit;
  }

  private void live(Process life, KillAudit audit, int lives, int times, SplittableRandom random)
      throws IOException, InterruptedException {
    for (long waited = 0; audit.lives() == lives; waited += 2) {
      if (life.waitFor(2, TimeUnit.MILLISECONDS) && !audit.hasBegun(lives)) {
        throw new AssertionError("the process ended before it began: " + life.exitValue());
      }
      if (waited > PATIENCE_SECONDS * 1_000L) {
        throw new AssertionError("the process does not begin");
      }
      audit.read();
    }
    if (kills >= times) {
      if (!life.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError("runs that are not killed do not end: " + audit);
      }
    } else if (reaches(life, audit, audit.position() + random.nextInt(LONGEST_LIFE_BYTES))) {
      kills++;
    }
  }

  /// How long a process lives is measured by what it has written into its log, so that each gets
  /// somewhere, however slow the machine is.
  private static boolean reaches(Process life, KillAudit audit, long position)
      throws IOException, InterruptedException {
    while (audit.position() < position) {
      if (life.waitFor(1, TimeUnit.MILLISECONDS)) {
        return false;
      }
      audit.read();
    }
    return true;
  }
}
