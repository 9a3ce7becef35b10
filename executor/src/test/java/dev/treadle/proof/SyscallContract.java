package dev.treadle.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.executor.spi.CheckpointStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A process is killed as it enters a system call that changes files, or the call fails; each one
/// of a life that opens, commits, cleans up and closes. Needs `strace`; elsewhere skipped.
public abstract class SyscallContract {
  private static final String KILL = "signal=SIGKILL";
  private static final List<String> ERRORS = List.of("error=EIO", "error=ENOSPC");

  @TempDir private Path folder;

  @TempDir(factory = FolderInMemory.class)
  private Path logs;

  private int lives;

  /// For subclasses.
  protected SyscallContract() {}

  /// Opens the store.
  protected abstract CheckpointStore open(Path place);

  /// A class whose main method calls [LinearCommits#main].
  protected abstract Class<?> main();

  @Test
  final void killedAtSomeSystemCalls_losesNothingAcknowledged() throws Exception {
    inject(List.of(KILL), 4);
  }

  @Test
  final void someSystemCallsFail_nothingAcknowledgedIsLost() throws Exception {
    inject(ERRORS, 2);
  }

  @Test
  @Tag("soak")
  final void killedAtEachSystemCall_losesNothingAcknowledged() throws Exception {
    inject(List.of(KILL), Integer.MAX_VALUE);
  }

  @Test
  @Tag("soak")
  final void eachSystemCallFails_nothingAcknowledgedIsLost() throws Exception {
    inject(ERRORS, Integer.MAX_VALUE);
  }

  @Test
  final void plantedBug_acknowledgingBeforeWriting_isCaught() throws Exception {
    var strace = new Strace(logs.resolve("strace"));
    int writes = strace.run("", child(LinearCommits.HONEST)).calls().getOrDefault("pwrite64", 0);
    var injection = "pwrite64:" + KILL + ":when=" + writes / 2;
    assertThatThrownBy(() -> live(strace, LinearCommits.HASTY, injection))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("acknowledged");
  }

  private void inject(List<String> faults, int most) throws Exception {
    long seed = Long.getLong("treadle.seed", System.nanoTime());
    var strace = new Strace(logs.resolve("strace"));
    var calls = strace.run("", child(LinearCommits.HONEST)).calls();
    assertThat(calls).containsKeys("pwrite64", "fsync", "unlink");
    var injections = new ArrayList<String>();
    calls.forEach((call, count) -> {
      for (int when = 1; when <= count; when++) {
        for (var fault : faults) {
          injections.add(call + ":" + fault + ":when=" + when);
        }
      }
    });
    Collections.shuffle(injections, new Random(seed));
    var chosen = injections.subList(0, Math.min(most, injections.size()));
    for (var injection : chosen) {
      live(strace, LinearCommits.HONEST, injection);
    }
    System.out.printf(
        "%s, %s: %d of %d system calls, all fired (-Dtreadle.seed=%d) %s%n",
        getClass().getSimpleName(), faults, chosen.size(), injections.size(), seed, calls);
  }

  private ProcessBuilder child(String bug) {
    lives++;
    return Jvm.builder(main(), "64m", place().toString(), log().toString(), bug);
  }

  private Path place() {
    return folder.resolve("runs-" + lives);
  }

  private Path log() {
    return logs.resolve("log-" + lives);
  }

  private void live(Strace strace, String bug, String injection) throws Exception {
    var end = strace.run(injection, child(bug));
    boolean fired = injection.contains(KILL) ? end.killed() : end.injected() == 1;
    assertThat(fired).as("%s has fired", injection).isTrue();
    audit(injection);
  }

  private void audit(String injection) throws IOException {
    long acknowledged = Files.exists(log()) ? Files.readAllLines(log()).size() : 0;
    try (var store = open(place())) {
      long sequence = LinearRun.sequence(store, LinearCommits.RUN);
      assertThat(sequence)
          .as("%s, %d acknowledged", injection, acknowledged)
          .isBetween(acknowledged, acknowledged + 1);
      if (sequence > 0) {
        assertThat(LinearRun.entries(store, LinearCommits.RUN))
            .extracting("id")
            .containsExactly(sequence - 1);
      }
      var next = LinearRun.commit(LinearCommits.RUN, sequence + 1, new byte[9]);
      assertThat(store.append(List.of(next))).as(injection).isEmpty();
    }
  }
}
