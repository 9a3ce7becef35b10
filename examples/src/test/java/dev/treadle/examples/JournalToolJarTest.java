package dev.treadle.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.treadle.checkpoint.file.FileCheckpointStore;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The tool of the file store is a program, if the other jars lie beside it.
final class JournalToolJarTest {
  @TempDir private Path folder;

  @Test
  void verify_fromTheCommandLine_looksIntoAStore() throws Exception {
    var jars =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .map(Path::of)
            .filter(path -> path.toString().endsWith(".jar"))
            .toList();
    var tool =
        jars.stream()
            .filter(jar -> name(jar).startsWith("treadle-checkpoint-file"))
            .map(jar -> jar.resolveSibling(name(jar).replace(".jar", "-tool.jar")))
            .findFirst();
    assumeTrue(tool.isPresent(), "there are no jars before the phase package");
    Files.copy(tool.get(), folder.resolve(name(tool.get())));
    for (var jar : jars) {
      Files.copy(jar, folder.resolve(name(jar)));
    }
    var store = folder.resolve("runs");
    FileCheckpointStore.open(store).close();
    var command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-jar",
            folder.resolve(name(tool.get())).toString(),
            "verify",
            store.toString());
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (var output = process.inputReader(StandardCharsets.UTF_8)) {
      assertThat(output.readAllAsString()).contains("0 runs, 0 entries", "all is whole");
    }
    assertThat(process.waitFor()).isZero();
  }

  private static String name(Path jar) {
    return String.valueOf(jar.getFileName());
  }
}
