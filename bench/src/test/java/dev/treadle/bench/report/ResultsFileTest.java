package dev.treadle.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ResultsFileTest {
  @TempDir Path folder;

  @Test
  void written_readsTheSame() throws Exception {
    var results =
        Samples.results(
            List.of(Samples.figure("G", "treadle", Map.of("steps", "10"), 1.5, 2.5)),
            List.of(new Point("items", "file", 10, 11, 1.25, 2, 3, 4)));
    var file = folder.resolve("new/latest.json");

    ResultsFile.write(file, results);

    assertThat(ResultsFile.read(file)).isEqualTo(results);
    try (var files = Files.list(folder.resolve("new"))) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void anotherForm_isRefused() throws Exception {
    var file = folder.resolve("latest.json");
    ResultsFile.write(file, Samples.results());
    Files.writeString(file, Files.readString(file).replace("\"version\" : 1", "\"version\" : 2"));

    assertThatThrownBy(() -> ResultsFile.read(file))
        .hasMessageContaining("results of form 2; this program reads form 1");
  }
}
