package dev.treadle.examples.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ManifestFileTest {
  private static final String HASH = "0123456789abcdef".repeat(4);

  @TempDir Path folder;

  @Test
  void write_names_areEscapedAsSha256sumDoes() throws IOException {
    var manifest = folder.resolve("m");

    ManifestFile.write(
        manifest, "in", digests("plain", "a%0Ab", "a%0Db", "a%5Cb", "%5Cn", "a%09b", "%FF"));

    assertThat(Files.readString(manifest, StandardCharsets.ISO_8859_1))
        .isEqualTo(
            """
            HASH  in/plain
            \\HASH  in/a\\nb
            \\HASH  in/a\\rb
            \\HASH  in/a\\\\b
            \\HASH  in/\\\\n
            HASH  in/a\tb
            HASH  in/\u00ff
            """
                .replace("HASH", HASH));
  }

  @Test
  void write_prefixes_areJoinedWithOneSlash() throws IOException {
    var manifest = folder.resolve("m");

    ManifestFile.write(manifest, "/", digests("a"));
    assertThat(manifest).hasContent(HASH + "  /a");
    ManifestFile.write(manifest, "", digests("a"));
    assertThat(manifest).hasContent(HASH + "  a");
    ManifestFile.write(manifest, "x/y", digests("a"));
    assertThat(manifest).hasContent(HASH + "  x/y/a");
  }

  @Test
  void write_nothing_isAnEmptyFile() throws IOException {
    var manifest = folder.resolve("m");

    ManifestFile.write(manifest, "x", List.of());

    assertThat(manifest).isEmptyFile();
  }

  @Test
  void write_success_leavesNoDraft() throws IOException {
    var manifest = Files.writeString(folder.resolve("m"), "before");
    Files.writeString(ManifestFile.draftOf(manifest), "of a run that was killed");

    ManifestFile.write(manifest, "x", digests("a"));

    assertThat(folder.toFile().list()).containsExactly("m");
  }

  @Test
  void write_failure_leavesWhatWasThere() throws IOException {
    var manifest = Files.createDirectories(folder.resolve("m"));
    Files.writeString(manifest.resolve("inside"), "before");

    assertThatThrownBy(() -> ManifestFile.write(manifest, "x", digests("a")))
        .isInstanceOf(IOException.class);

    assertThat(manifest.resolve("inside")).hasContent("before");
    assertThat(folder.toFile().list()).containsExactly("m");
  }

  @Test
  void write_oddNames_isWhatSha256sumWritesAndTakes() throws IOException, InterruptedException {
    assumeTrue(Tools.has("sha256sum"), "sha256sum is not installed");
    var odd = Files.createDirectories(folder.resolve("odd"));
    Tools.oddFiles(odd);
    var digests = new ArrayList<Digest>();
    var encoded = RawName.of(odd.toRealPath());
    for (var item : Tree.list(encoded, _ -> false)) {
      if (item instanceof Item.Found found) {
        var hash = Sha256.of(RawName.file(encoded, found.name()), _ -> {});
        digests.add(new Digest(found.name(), hash.hex(), hash.bytes()));
      }
    }

    ManifestFile.write(folder.resolve("m"), "odd", digests);

    var theirs =
        Tools.run(
            folder, "sh", "-c", "find odd -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum");
    assertThat(Files.readString(folder.resolve("m"), StandardCharsets.ISO_8859_1))
        .isEqualTo(theirs.out());
    assertThat(Tools.run(folder, "sha256sum", "-c", "--quiet", "m"))
        .isEqualTo(new Tools.Ended(0, ""));
  }

  private static List<Digest> digests(String... names) {
    return List.of(names).stream().map(name -> new Digest(name, HASH, 1)).toList();
  }
}
