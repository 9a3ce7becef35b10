package dev.treadle.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.bench.dispatch.ChainBenchmark;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PageTest {
  private static final Map<String, String> LONG = Map.of("steps", "1000");

  @TempDir Path folder;

  private static Results chain(double ours) {
    return Samples.results(
        Samples.figure("ChainBenchmark", "treadle", LONG, ours, ours),
        Samples.figure("ChainBenchmark", "arrayDeque", LONG, 10.0, 10.0),
        Samples.figure("ChainBenchmark", "langGraph4j", LONG, 7_000.0, 8_000.0));
  }

  private static String text(Results results) {
    return new Page(results, List.of(ChainBenchmark.class)).text();
  }

  @Test
  void targets_standBesideWhatWasMeasured() {
    assertThat(text(chain(12)))
        .contains("`ArrayDeque` loop | at most 1.5 | 1.20 | yes |")
        .contains("LangGraph4j's time over ours | at least 200 | 625 (583 to 667) | yes |")
        .contains("LiteFlow's time over ours | at least 20 | not measured |  |");
  }

  @Test
  void aTargetThatIsMissed_isSaidSo() {
    assertThat(text(chain(20)))
        .contains("`ArrayDeque` loop | at most 1.5 | 2.00 | **no** |")
        .contains("bytes per step, boxing included | at most 80 | 48.0 | yes |");
  }

  @Test
  void tables_showTimeRatioAndBytes() {
    assertThat(text(chain(20)))
        .contains("## Dispatch\n\n### A chain of steps\n")
        .contains("| per step | time | times Treadle | bytes |")
        .contains("| arrayDeque, steps 1000 | 10.0 ns | 0.500 | 48.0 |")
        .contains("| treadle, steps 1000 | 20.0 ns |  | 48.0 |")
        .contains("commit `0123abc`")
        .doesNotContain("Not measured");
  }

  @Test
  void scale_hasItsGrowthFitted() {
    var points =
        IntStream.rangeClosed(1, 4)
            .mapToObj(n -> {
              long size = (long) Math.pow(10, n);
              return new Point(
                  "concurrent runs", "file", size, size, size * 1e6, size * 100, -1, -1);
            })
            .toList();

    assertThat(text(Samples.results(List.of(), points)))
        .contains("| concurrent runs | file | 1.00 (1.00) | 1.00 (1.00) |  |");
  }

  @Test
  void whatFailed_isNamed() {
    var whole = Samples.results();
    var failed =
        new Results(
            Results.VERSION,
            whole.date(),
            whole.commit(),
            whole.selection(),
            1,
            whole.machine(),
            List.of(),
            List.of(),
            List.of("ChainBenchmark.treadle gave no result"));

    assertThat(text(failed)).contains("- ChainBenchmark.treadle gave no result");
  }

  @Test
  void pictures_areWellFormed_andOldOnesGo() throws Exception {
    var pictures = folder.resolve("benchmarks");
    Files.createDirectories(pictures);
    Files.writeString(pictures.resolve("Gone.svg"), "");
    var points =
        List.of(
            new Point("a & b", "file", 10, 10, 1e5, 1, 1, 1),
            new Point("a & b", "file", 100, 100, 1e9, 1, 1, 1));
    var results = Samples.results(chain(12).figures(), points);

    new Page(results, List.of(ChainBenchmark.class)).write(folder);

    try (var files = Files.list(pictures)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("ChainBenchmark.svg", "scale.svg");
    }
    for (var name : List.of("ChainBenchmark.svg", "scale.svg")) {
      var file = pictures.resolve(name);
      var svg = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file.toFile());
      assertThat(svg.getDocumentElement().getTagName()).isEqualTo("svg");
      assertThat(Files.readString(folder.resolve(Page.NAME))).contains("(benchmarks/" + name + ")");
    }
  }
}
