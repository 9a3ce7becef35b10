package dev.treadle.checkpoint.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.RunId;
import dev.treadle.RunStatus;
import dev.treadle.executor.spi.RunHeader;
import dev.treadle.executor.spi.RunQuery;
import dev.treadle.proof.Jvm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A step that really ends its process.
final class PoisonTest {
  @TempDir private Path folder;

  @Test
  void stepThatEndsTheProcessEachTime_isQuarantinedAfterThreeStrikes_andOthersComplete()
      throws Exception {
    for (int life = 0; life <= 3; life++) {
      assertThat(exit(life, List.of())).as("life %d", life).isEqualTo(PoisonedRun.EXIT);
    }
    assertThat(exit(4, List.of("Quarantined[id=poison]", "good-4 true"))).isZero();
    assertThat(exit(5, List.of("Quarantined[id=poison]", "good-5 true"))).isZero();
    try (var reader = SqliteCheckpointStore.openReadOnly(file())) {
      var poison = reader.find(RunId.of("poison")).orElseThrow();
      assertThat(poison.status()).isEqualTo(RunStatus.QUARANTINED);
      assertThat(poison.reason())
          .matches("item \\d+ of step work was in flight at three unclean deaths");
      assertThat(reader.list(RunQuery.all(99)))
          .filteredOn(run -> run.status() == RunStatus.COMPLETED)
          .extracting(RunHeader::id)
          .extracting(RunId::value)
          .containsExactly("good-0", "good-1", "good-2", "good-3", "good-4", "good-5");
    }
  }

  private Path file() {
    return folder.resolve("runs.db");
  }

  /// Lives once.
  private int exit(int life, List<String> lines) throws IOException, InterruptedException {
    var process = Jvm.start(PoisonedRun.class, "64m", file().toString(), "" + life);
    try (var output = process.inputReader(StandardCharsets.UTF_8)) {
      assertThat(output.readAllLines()).containsAll(lines);
    }
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    return process.exitValue();
  }
}
