package dev.treadle.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The table of guarantees is whole: each guarantee has tests, and every test that it names is
/// there.
final class GuaranteesTest {
  private static final Path ROOT = Path.of("..");
  private static final Path TABLE = ROOT.resolve("docs").resolve("guarantees.md");
  private static final List<String> FOLDERS = List.of("src/test/java", "src/main/java");

  private static final String NAME = "`\\w+(?:Test|Contract)\\.\\w+`";
  private static final Pattern ROW =
      Pattern.compile("\\| ([^|]+) \\| (" + NAME + "(?:, " + NAME + ")*) \\|");
  private static final Pattern SECTION = Pattern.compile("## (\\d+(?:\\.\\d+)?) .+");
  private static final Pattern ANNOTATION =
      Pattern.compile("(?m)^  @(Test|ParameterizedTest|RepeatedTest)\\b");

  /// The sections of the design that tell what a run and a store mean.
  private static final List<String> SECTIONS =
      Stream.concat(IntStream.rangeClosed(1, 16).mapToObj(part -> "3." + part), Stream.of("4"))
          .toList();

  @Test
  void guarantees_areShownByTestsThatExist() throws IOException {
    var table = Files.readString(TABLE);
    var tests = tests();

    assertThat(faults(table, tests)).isEmpty();
    assertThat(table.lines().filter(line -> ROW.matcher(line).matches())).hasSizeGreaterThan(180);
  }

  @Test
  void guarantees_areThereForEachSectionOfTheDesign() throws IOException {
    var sections =
        Files.readAllLines(TABLE).stream()
            .map(SECTION::matcher)
            .filter(heading -> heading.matches())
            .map(heading -> heading.group(1))
            .toList();

    assertThat(sections).isEqualTo(SECTIONS);
  }

  /// A fault of each kind in a table that is good without it.
  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiter = ';',
      value = {
        "| What holds | `OneTest.isThere` |; ''",
        "| What holds | `OneTest.isGone` |; no such test: OneTest.isGone",
        "| What holds | `GoneTest.isThere` |; no such test: GoneTest.isThere",
        "| What holds | `OneTest.helper` |; no such test: OneTest.helper",
        "| What holds | |; not a row: | What holds | |",
        "| What holds | see there |; not a row: | What holds | see there |",
        "| | `OneTest.isThere` |; not a row: | | `OneTest.isThere` |",
        "| What | holds | `OneTest.isThere` |; not a row: | What | holds | `OneTest.isThere` |",
        "| What holds | `OneTest.isThere` and more |; "
            + "not a row: | What holds | `OneTest.isThere` and more |",
        "What holds; not a row: What holds",
        "''; a section without rows: ## 3.1 One rule"
      })
  void fault_inTheTable_isFound(String row, String fault) {
    var table =
        String.join(
            "\n",
            "# Guarantees",
            "",
            "## 3.1 One rule",
            "",
            "| guarantee | shown by |",
            "|---|---|",
            row);
    var source =
        """
        final class OneTest {
          @Test
          void isThere() {}

          private void helper() {}
        }
        """;

    assertThat(String.join("", faults(table, Map.of("OneTest", source)))).isEqualTo(fault);
  }

  @Test
  void sentence_thatStandsTwice_isFound() {
    var row = "| What holds | `OneTest.isThere` |";
    var table =
        String.join("\n", "## 3.1 One", "", "| guarantee | shown by |", "|---|---|", row, row);

    assertThat(faults(table, Map.of("OneTest", "\n\n  @Test\n  void isThere() {}")))
        .containsExactly("twice in a section: What holds");
  }

  // --- the table

  private static List<String> faults(String table, Map<String, String> tests) {
    var faults = new ArrayList<String>();
    for (var section : table.split("(?m)^(?=## )", -1)) {
      if (section.startsWith("## ")) {
        var lines = section.lines().filter(line -> !line.isBlank()).toList();
        faults.addAll(faults(lines, tests));
      }
    }
    return faults;
  }

  /// @param lines of a section, with its heading
  private static List<String> faults(List<String> lines, Map<String, String> tests) {
    var heading = List.of("| guarantee | shown by |", "|---|---|");
    if (lines.size() < 3 || !lines.subList(1, 3).equals(heading)) {
      return List.of("a section without a table: " + lines.getFirst());
    }
    if (lines.size() == 3) {
      return List.of("a section without rows: " + lines.getFirst());
    }
    var faults = new ArrayList<String>();
    var sentences = new ArrayList<String>();
    for (var line : lines.subList(3, lines.size())) {
      var row = ROW.matcher(line);
      if (!row.matches()) {
        faults.add("not a row: " + line);
        continue;
      }
      if (sentences.contains(row.group(1))) {
        faults.add("twice in a section: " + row.group(1));
      }
      sentences.add(row.group(1));
      for (var name : row.group(2).replace("`", "").split(", ", -1)) {
        if (!isTest(name, tests)) {
          faults.add("no such test: " + name);
        }
      }
    }
    return faults;
  }

  /// Whether there is a method of that name with the annotation of a test above it.
  private static boolean isTest(String name, Map<String, String> tests) {
    var parts = name.split("\\.", -1);
    var source = tests.getOrDefault(parts[0], "");
    var method = Pattern.compile("void " + parts[1] + "\\(").matcher(source);
    while (method.find()) {
      var before = source.substring(0, method.start());
      var above = before.substring(Math.max(0, before.lastIndexOf("\n\n")));
      if (ANNOTATION.matcher(above).find()) {
        return true;
      }
    }
    return false;
  }

  // --- the tests

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
