package dev.treadle.checkpoint.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.proof.Jvm;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Runs that are large for the heap they get.
final class LargeRunsTest {
  private static final int MILLION = 1_000_000;
  private static final long SUM = 2L * MILLION * (MILLION - 1) / 2;

  @TempDir Path folder;

  @Test
  void manyRunsStartedAtOnce_completeOnOneGigabyte() throws Exception {
    assertThat(output("1g", "runs", "100000")).containsExactly("100000");
  }

  @Test
  void forkOfAMillion_completesOnTwoGigabytes() throws Exception {
    assertThat(output("2g", "fork", "" + MILLION)).containsExactly("" + SUM);
  }

  @Test
  void durableForkOfAMillion_completesOnTwoGigabytes_andLetsOtherRunsPass() throws Exception {
    var lines = output("2g", "durable-fork", "" + MILLION, folder.resolve("runs.db").toString());

    assertThat(lines.getFirst()).isEqualTo("Completed[output=" + SUM + "]");
    assertThat(Integer.parseInt(lines.get(1)))
        .as("runs that passed the large one")
        .isGreaterThan(10);
    System.out.println(
        "runs of ten steps beside a fork of a million: " + lines.get(1) + ", " + lines.get(2));
  }

  private static List<String> output(String heap, String... arguments) throws Exception {
    var process = Jvm.start(LargeRuns.class, heap, arguments);
    try (var output = process.inputReader(StandardCharsets.UTF_8)) {
      var lines = output.readAllLines();
      assertThat(process.waitFor()).isZero();
      return lines;
    }
  }
}
