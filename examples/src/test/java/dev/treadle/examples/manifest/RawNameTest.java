package dev.treadle.examples.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class RawNameTest {
  @TempDir Path folder;

  @ParameterizedTest
  @MethodSource("oddNames")
  void below_oddName_leadsBackToTheFile(String name) throws IOException {
    var encodedFolder = RawName.of(folder);
    Files.writeString(RawName.file(encodedFolder, name), "content of " + name);

    var listed = new ArrayList<Path>();
    try (var files = Files.newDirectoryStream(folder)) {
      files.forEach(listed::add);
    }

    var encoded = RawName.below(encodedFolder, listed.getFirst());
    assertThat(listed).hasSize(1);
    assertThat(RawName.bytes(encoded)).isEqualTo(RawName.bytes(name));
    assertThat(RawName.file(encodedFolder, encoded)).hasContent("content of " + name);
  }

  static Iterable<String> oddNames() {
    return Tools.ODD_NAMES;
  }

  @Test
  void of_root_isEmpty() {
    assertThat(RawName.of(Path.of("/"))).isEmpty();
    assertThat(RawName.below("", Path.of("/a"))).isEqualTo("a");
    assertThat(RawName.file("", "a")).isEqualTo(Path.of("/a"));
  }

  @ParameterizedTest
  @CsvSource({
    "/, /",
    "/usr/, /usr",
    "'', ''",
    "., .",
    "./a, ./a",
    "../a, ../a",
    "a/../b, a/../b",
    "no such folder/x, no%20such%20folder/x"
  })
  void typed_path_keepsItsForm(String typed, String expected) {
    assertThat(RawName.typed(Path.of(typed))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "plain, plain",
    "%C3%BCmlaut, ümlaut",
    "new%0Aline, new\\x0aline",
    "%1B%5B31m, \\x1b[31m",
    "%FF, \\xff",
    "a%C3, a\\xc3",
    "%C3a, \\xc3a",
    "%E2%80%AE, \\xe2\\x80\\xae",
    "%C0%80, \\xc0\\x80"
  })
  void shown_name_hasNoControlCharacters(String encoded, String expected) {
    assertThat(RawName.shown(RawName.bytes(encoded))).isEqualTo(expected);
  }

  @Test
  void compare_names_ordersByBytes() {
    var names = new ArrayList<>(Tools.ODD_NAMES);
    names.sort(RawName::compare);

    var byBytes = new ArrayList<>(Tools.ODD_NAMES);
    byBytes.sort((left, right) ->
        java.util.Arrays.compareUnsigned(RawName.bytes(left), RawName.bytes(right)));
    assertThat(names).isEqualTo(byBytes);
    assertThat(RawName.compare("a", "a%00")).isNegative();
    assertThat(RawName.compare("%61", "a")).isZero();
  }

  @Test
  void bytes_plainText_areItsCharacters() {
    assertThat(RawName.bytes("a-b%2Fc")).isEqualTo("a-b/c".getBytes(StandardCharsets.US_ASCII));
  }
}
