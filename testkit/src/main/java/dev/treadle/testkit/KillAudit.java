package dev.treadle.testkit;

import dev.treadle.RunId;
import dev.treadle.RunStatus;
import dev.treadle.executor.spi.CheckpointReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// What the log of killed processes says, and whether the store says the same. A line that a kill
/// has cut off is the last of its life; the next life begins with a new line.
///
/// Used by one thread.
final class KillAudit {
  private static final int DEATHS_UNTIL_QUARANTINE = 4;

  private final Path log;
  private final String prefix;
  private final int runs;

  /// By run, the highest sequence that was acknowledged, or was found in the store after a kill:
  /// from then on it must not vanish either.
  private final Map<String, Long> acknowledged = new HashMap<>();

  private final Set<String> consumed = new HashSet<>();
  private final Set<String> seen = new HashSet<>();
  private long read;
  private long executions;
  private int quarantines;
  private int lives;
  private boolean done;

  KillAudit(Path log, String prefix, int runs) {
    this.log = log;
    this.prefix = prefix;
    this.runs = runs;
  }

  int lives() {
    return lives;
  }

  boolean isDone() {
    return done;
  }

  /// How much of the log was read.
  long position() {
    return read;
  }

  long commits() {
    return seen.size();
  }

  long executions() {
    return executions;
  }

  /// How often a run had come into quarantine.
  int quarantines() {
    return quarantines;
  }

  boolean hasBegun(int before) throws IOException {
    read();
    return lives > before;
  }

  /// Takes in the lines since the last time.
  void read() throws IOException {
    try (var channel = FileChannel.open(log)) {
      var bytes = ByteBuffer.allocate((int) (channel.size() - read));
      while (bytes.hasRemaining() && channel.read(bytes, read + bytes.position()) >= 0) {}
      var text = StandardCharsets.UTF_8.decode(bytes.flip()).toString();
      int end = text.lastIndexOf('\n') + 1;
      read += end;
      text.substring(0, end).lines().forEach(this::line);
    }
  }

  private void line(String line) {
    var words = line.split(" ", -1);
    switch (words[0]) {
      case "L" -> lives++;
      case "D" -> done = true;
      case "C" -> committed(words);
      case "E" -> executed(words[1] + " " + words[2]);
      case "Q" -> quarantined(words[1]);
      case "R" -> ended(words[1], line);
      default -> throw new AssertionError("not a line of the log: " + line);
    }
  }

  private void committed(String[] words) {
    check(seen.add(words[1] + " " + words[2]), "acknowledged twice: commit " + words[2], words[1]);
    acknowledged.merge(words[1], Long.valueOf(words[2]), Math::max);
    for (int i = 3; i < words.length; i++) {
      consumed.add(words[1] + " " + words[i]);
    }
  }

  private void executed(String item) {
    executions++;
    check(!consumed.contains(item), "executed after its commit was acknowledged: item", item);
  }

  /// An item that was being executed at a death, and marked as such at three deaths after it.
  private void quarantined(String run) {
    quarantines++;
    check(lives > DEATHS_UNTIL_QUARANTINE, "in quarantine too soon:", run);
  }

  private void ended(String run, String line) {
    int n = Integer.parseInt(run.substring(prefix.length()));
    var expected = "=" + (n + KilledRuns.STEPS) + "]";
    check(line.contains("Completed") && line.endsWith(expected), "ended with " + line, run);
  }

  /// Fails if the store lacks what it has acknowledged, or holds more than the one commit of each
  /// run that the kill may have kept from being acknowledged.
  void compare(CheckpointReader store) {
    for (var run : acknowledged.entrySet()) {
      var stored = store.find(RunId.of(run.getKey()));
      check(stored.isPresent(), "acknowledged and not there:", run.getKey());
      var header = stored.orElseThrow();
      long ahead = header.sequence() - run.getValue();
      check(ahead >= 0, "lost " + -ahead + " acknowledged commits:", run.getKey());
      check(ahead <= 1, ahead + " commits that nobody was told of:", run.getKey());
      check(!done || header.status() == RunStatus.COMPLETED, "not complete:", run.getKey());
      run.setValue(header.sequence());
    }
    check(!done || acknowledged.size() == runs, "only " + acknowledged.size() + " runs", "");
  }

  private void check(boolean holds, String what, String of) {
    if (!holds) {
      throw new AssertionError(what + " " + of + " (" + this + ")");
    }
  }

  @Override
  public String toString() {
    return "%d lives, %d commits, %d executions, log %s"
        .formatted(lives, seen.size(), executions, log);
  }
}
