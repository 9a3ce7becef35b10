package dev.treadle.checkpoint.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.proof.Jvm;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Commits of a thousand runs at a time, in a JVM whose heap is limited.
final class CommitLoadTest {
  private static final String HEAP = "256m";
  private static final String LITTLE_HEAP = "64m";
  private static final long LONGEST_OPENING_MILLIS = 3_000;

  /// What no more than a few runs need: the segment that is written to, one that is compacted, and
  /// one to spare.
  private static final long SMALL_FOLDER = 3L * CommitLoad.SEGMENT;

  @TempDir private Path folder;

  @Test
  void manyCommits_fitIntoLittleMemory_andLeaveASmallFolder() throws Exception {
    load(200_000, 2_000);
  }

  @Test
  @Tag("soak")
  void tenMillionCommits_fitIntoLittleMemory_andTenThousandLiveRunsOpenSoon() throws Exception {
    var told = load(Long.getLong("treadle.soak.commits", 10_000_000), 10_000);
    assertThat(told.get("openMillis")).isLessThan(LONGEST_OPENING_MILLIS);
  }

  @Test
  void plantedBug_keepingCommitsInMemory_isCaught() {
    assertThatThrownBy(() -> child("hoard", LITTLE_HEAP, "300000", "0"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("out of memory");
  }

  @Test
  void plantedBug_deletingNoFile_isCaught() {
    assertThatThrownBy(() -> checkLoad(child("litter", HEAP, "80000", "0"), 80_000))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("largest folder");
  }

  private Map<String, Long> load(long commits, int live) throws Exception {
    var told = child("load", HEAP, "" + commits, "" + live);
    checkLoad(told, commits);
    told.putAll(child("resume", HEAP));
    System.out.printf(
        "%d commits of 1000 runs at a time on a heap of %s: %s%n", commits, HEAP, told);
    assertThat(told)
        .containsEntry("recovered", (long) live)
        .containsEntry("completed", (long) live);
    assertThat(told.get("folderBefore")).as("folder with live runs").isGreaterThan(live * 1_000L);
    assertThat(told.get("folderAfter"))
        .as("folder after they ended")
        .isLessThan(Math.max(SMALL_FOLDER, live * 1_000L / 2));
    return told;
  }

  private static void checkLoad(Map<String, Long> told, long commits) {
    assertThat(told).containsEntry("commits", commits);
    assertThat(told.get("folderPeak")).as("largest folder").isLessThan(SMALL_FOLDER);
  }

  /// What the process says.
  private Map<String, Long> child(String work, String heap, String... numbers) throws Exception {
    var arguments = new String[2 + numbers.length];
    arguments[0] = work;
    arguments[1] = folder.resolve("runs").toString();
    System.arraycopy(numbers, 0, arguments, 2, numbers.length);
    var process = Jvm.start(CommitLoad.class, heap, arguments);
    var told = new TreeMap<String, Long>();
    try (var output = process.inputReader(StandardCharsets.UTF_8)) {
      for (var line : output.readAllLines()) {
        var words = line.split(" ", 2);
        if (words[1].matches("\\d+")) {
          told.put(words[0], Long.valueOf(words[1]));
        }
      }
    }
    assertThat(process.waitFor()).as("3 is out of memory").isZero();
    return told;
  }
}
