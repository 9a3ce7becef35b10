package dev.treadle.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CompareTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

  @TempDir Path folder;

  private static Figure treadle(Double... nanos) {
    return Samples.figure("G", "treadle", Map.of("steps", "10"), nanos);
  }

  private String printed() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void slowerInEveryFork_isWorse() {
    long worse =
        Compare.print(
            Samples.results(treadle(10.0, 11.0, 12.0)),
            Samples.results(treadle(13.0, 22.0, 23.0)),
            out);

    assertThat(worse).isEqualTo(1);
    assertThat(printed())
        .containsPattern("G\\.treadle steps=10 \\[ns] +11\\.0 +22\\.0 +2\\.00 WORSE\n")
        .contains("1 of 2 numbers are worse beyond the error.");
  }

  @Test
  void slowerWithinTheError_isNotMarked() {
    long worse =
        Compare.print(
            Samples.results(treadle(10.0, 11.0, 13.0)),
            Samples.results(treadle(12.0, 22.0, 23.0)),
            out);

    assertThat(worse).isZero();
    assertThat(printed()).doesNotContain("WORSE").contains("2.00");
  }

  @Test
  void faster_isBetter() {
    Compare.print(Samples.results(treadle(10.0, 11.0)), Samples.results(treadle(5.0, 6.0)), out);

    assertThat(printed()).containsPattern("\\[ns] .*better\n").doesNotContain("WORSE");
  }

  @Test
  void moreBytes_areWorse_aFewAreNot() {
    var before = Samples.bytes(treadle(10.0), 100.0);

    assertThat(
            Compare.print(
                Samples.results(before), Samples.results(Samples.bytes(treadle(10.0), 101.0)), out))
        .isZero();
    assertThat(
            Compare.print(
                Samples.results(before), Samples.results(Samples.bytes(treadle(10.0), 108.0)), out))
        .isEqualTo(1);
    assertThat(printed()).containsPattern("\\[B] .*WORSE\n");
  }

  @Test
  void figureOfOneOnly_isNamed() {
    Compare.print(
        Samples.results(treadle(10.0)),
        Samples.results(Samples.figure("G", "rival", Map.of(), 10.0)),
        out);

    assertThat(printed())
        .containsPattern("G\\.treadle steps=10 +only in the first")
        .containsPattern("G\\.rival +only in the second");
  }

  @Test
  void status_tellsWhatCameOut() throws Exception {
    var a = folder.resolve("a.json");
    var b = folder.resolve("b.json");
    var broken = folder.resolve("broken.json");
    ResultsFile.write(a, Samples.results(treadle(10.0)));
    ResultsFile.write(b, Samples.results(treadle(20.0)));
    Files.writeString(broken, "{");

    assertThat(Compare.status(a, a, out)).isZero();
    assertThat(Compare.status(a, b, out)).isEqualTo(1);
    assertThat(Compare.status(a, broken, out)).isEqualTo(2);
    assertThat(Compare.status(a, folder.resolve("none.json"), out)).isEqualTo(2);
    assertThat(printed()).contains("can't compare: ");
  }
}
