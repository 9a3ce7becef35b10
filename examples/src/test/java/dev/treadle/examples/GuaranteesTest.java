package dev.treadle.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Every test that the table of guarantees names is there.
final class GuaranteesTest {
  private static final Path ROOT = Path.of("..");
  private static final Path TABLE = ROOT.resolve("docs").resolve("guarantees.md");
  private static final Pattern NAME = Pattern.compile("`(\\w+(?:Test|Contract))\\.(\\w+)`");
  private static final List<String> FOLDERS = List.of("src/test/java", "src/main/java");

  @Test
  void guarantees_areShownByTestsThatExist() throws IOException {
    var sources = tests();
    var named = NAME.matcher(Files.readString(TABLE)).results().toList();

    assertThat(named).hasSizeGreaterThan(100);
    assertThat(named)
        .allSatisfy(name ->
            assertThat(sources.getOrDefault(name.group(1), ""))
                .as("%s.%s", name.group(1), name.group(2))
                .containsPattern("@(Test|ParameterizedTest|RepeatedTest)")
                .containsPattern("void " + name.group(2) + "\\("));
  }

  @Test
  void guarantees_haveATestEach() throws IOException {
    var rows =
        Pattern.compile("(?m)^\\| (?!---|guarantee)(.*) \\|$").matcher(Files.readString(TABLE));

    assertThat(rows.results().map(MatchResult::group))
        .isNotEmpty()
        .allMatch(row -> NAME.matcher(row).find());
  }

  /// The text of every class that may hold tests, by its simple name.
  private static Map<String, String> tests() throws IOException {
    var sources = new HashMap<String, String>();
    try (var modules = Files.list(ROOT)) {
      for (var module : modules.toList()) {
        for (var folder : FOLDERS) {
          var root = module.resolve(folder);
          if (Files.isDirectory(root)) {
            addTests(root, sources);
          }
        }
      }
    }
    return sources;
  }

  private static void addTests(Path root, Map<String, String> sources) throws IOException {
    try (var files = Files.walk(root)) {
      files
          .filter(file -> file.toString().endsWith(".java"))
          .forEach(file -> {
            var name = file.getFileName().toString().replace(".java", "");
            sources.merge(name, read(file), String::concat);
          });
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
