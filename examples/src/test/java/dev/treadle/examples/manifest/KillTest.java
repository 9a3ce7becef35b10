package dev.treadle.examples.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Starts the program as a user does and kills it.
@Timeout(120)
final class KillTest {
  private static final int FILES = 2000;
  private static final int KILLS = 3;
  private static final Pattern SUMMARY =
      Pattern.compile("([\\d,]+) handled now in [\\d:]+, ([\\d,]+) already in the checkpoint");

  @TempDir Path folder;

  @Test
  void kill_atRandomMoments_theManifestIsWhole() throws IOException, InterruptedException {
    var input = Files.createDirectories(folder.resolve("in"));
    for (int i = 0; i < FILES; i++) {
      Files.writeString(input.resolve("file-%04d".formatted(i)), "content " + i);
    }
    var seed = System.nanoTime();
    var random = new Random(seed);

    for (int i = 0; i < KILLS; i++) {
      var process = start();
      if (!process.waitFor(300 + random.nextInt(900), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
      }
      process.waitFor();
    }
    var last = start();
    assertThat(last.waitFor()).as("seed %d, %s", seed, said()).isZero();

    assertThat(Files.readString(folder.resolve("m.sha256"))).isEqualTo(expected(input));
    var summary = SUMMARY.matcher(said());
    assertThat(summary.find()).as(said()).isTrue();
    assertThat(number(summary.group(1)) + number(summary.group(2))).isEqualTo(FILES);
  }

  @Test
  void start_unknownFolder_hasStatus2() throws IOException, InterruptedException {
    assertThat(start().waitFor()).isEqualTo(Report.FAILED);
    assertThat(said()).contains("there is no folder");
  }

  private Process start() throws IOException {
    return new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-classpath",
                System.getProperty("java.class.path"),
                "dev.treadle.examples.manifest.Main",
                "--input=in",
                "--output=m.sha256",
                "--database=runs.db"))
        .directory(folder.toFile())
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("said").toFile())
        .start();
  }

  private String said() throws IOException {
    return Files.readString(folder.resolve("said"), StandardCharsets.UTF_8);
  }

  private static String expected(Path input) throws IOException {
    var lines = new ArrayList<String>();
    for (int i = 0; i < FILES; i++) {
      var name = "file-%04d".formatted(i);
      lines.add(Sha256.of(input.resolve(name), _ -> {}).hex() + "  in/" + name + "\n");
    }
    return String.join("", lines);
  }

  private static int number(String text) {
    return Integer.parseInt(text.replace(",", ""));
  }
}
