package dev.treadle.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The README's code compiles and does what the README says.
@Timeout(60)
final class ReadmeTest {
  private static final Path README = Path.of("..", "README.md");
  private static final Pattern BLOCK = Pattern.compile("(?s)```java\n(.*?)```");

  @TempDir Path folder;

  @Test
  void code_runTwice_answersTheStoredOutcome() throws IOException, InterruptedException {
    var source = Files.writeString(folder.resolve("Shop.java"), blocks().getFirst());
    compile(source);

    var first = run();
    var second = run();

    assertThat(first)
        .isEqualTo(
            "Invoice[lines=[Line[text=tea, cents=250], Line[text=cake, cents=250],"
                + " Line[text=moon, sold out, cents=0]], cents=500]\n");
    assertThat(second).isEqualTo(first);
    assertThat(folder.resolve("shop.db")).isNotEmptyFile();
  }

  @Test
  void code_allBlocks_compile() throws IOException {
    var blocks = blocks();
    assertThat(blocks).isNotEmpty();
    for (int i = 0; i < blocks.size(); i++) {
      compile(Files.writeString(folder.resolve("Block" + i + ".java"), blocks.get(i)));
    }
  }

  @Test
  void readme_links_leadSomewhere() throws IOException {
    var links = Pattern.compile("]\\(([^)#]+)\\)").matcher(Files.readString(README));

    assertThat(links.results().map(link -> link.group(1)))
        .isNotEmpty()
        .allSatisfy(link -> assertThat(README.resolveSibling(link)).exists());
  }

  private static List<String> blocks() throws IOException {
    return BLOCK.matcher(Files.readString(README)).results().map(block -> block.group(1)).toList();
  }

  private void compile(Path source) throws IOException {
    var compiler = ToolProvider.getSystemJavaCompiler();
    var said = new StringWriter();
    try (var files = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
      var options =
          List.of(
              "-Xlint:all",
              "-Werror",
              "-proc:none",
              "-d",
              folder.toString(),
              "-classpath",
              System.getProperty("java.class.path"));
      var task =
          compiler.getTask(said, files, null, options, null, files.getJavaFileObjects(source));
      assertThat(task.call()).as(said.toString()).isTrue();
    }
  }

  private String run() throws IOException, InterruptedException {
    var out = folder.resolve("out");
    var process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-classpath",
                folder
                    + System.getProperty("path.separator")
                    + System.getProperty("java.class.path"),
                "Shop")
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(out)).isZero();
    return Files.readString(out);
  }
}
