package dev.treadle.examples.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PlacesTest {
  @TempDir Path folder;

  @Test
  void parse_nothing_hasDefaultsBelowTheHome() throws UsageException {
    var settings = Settings.parse("--input=", "--output=", "--home=" + folder);

    assertThat(settings.input()).isEqualTo(folder);
    assertThat(settings.output()).isEqualTo(folder.resolve("target/quickstart/manifest.sha256"));
    assertThat(settings.database()).isEqualTo(folder.resolve("target/quickstart/runs.db"));
    assertThat(settings.stopWithParent()).isFalse();
  }

  @Test
  void parse_homeIsHere_staysRelative() throws UsageException {
    var settings = Settings.parse();

    assertThat(settings.input()).isEqualTo(Path.of("."));
    assertThat(settings.output()).isEqualTo(Path.of("target/quickstart/manifest.sha256"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"--folder=x", "input=x", "--input", "x", "--input=\0"})
  void parse_unknown_isRefused(String arg) {
    assertThatThrownBy(() -> Settings.parse(arg)).isInstanceOf(UsageException.class);
  }

  @Test
  void of_defaults_makesTheirFolder() throws UsageException {
    var places = Places.of(Settings.parse("--home=" + folder));

    assertThat(folder.resolve("target/quickstart")).isDirectory();
    assertThat(places.own(places.manifest())).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"--input=gone", "--output=gone/m", "--database=gone/db", "--output=."})
  void of_missingFolder_isRefused(String option) {
    var equals = option.indexOf('=') + 1;
    var absolute = option.substring(0, equals) + folder.resolve(option.substring(equals));

    assertThatThrownBy(() -> Places.of(Settings.parse("--home=" + folder, absolute)))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining(folder.toString());
  }

  @Test
  void own_filesOfTheRun_areKnownByTheirRealPath() throws IOException, UsageException {
    Files.createDirectories(folder.resolve("real"));
    Files.createSymbolicLink(folder.resolve("alias"), Path.of("real"));
    var places =
        Places.of(
            Settings.parse(
                "--input=" + folder,
                "--output=" + folder.resolve("alias/m"),
                "--database=" + folder.resolve("alias/runs.db")));
    var real = folder.toRealPath().resolve("real");

    assertThat(real.resolve("m")).matches(places::own);
    assertThat(ManifestFile.draftOf(real.resolve("m"))).matches(places::own);
    assertThat(real.resolve("runs.db")).matches(places::own);
    assertThat(real.resolve("runs.db-wal")).matches(places::own);
    assertThat(real.resolve("runs.db.lock")).matches(places::own);
    assertThat(real.resolve("runs.dbx")).matches(file -> !places.own(file));
    assertThat(real.resolve("m2")).matches(file -> !places.own(file));
    assertThat(folder.toRealPath().resolve("m")).matches(file -> !places.own(file));
  }

  @Test
  void runId_samePlaces_isTheSame() throws UsageException {
    var first = places(folder, "m");

    assertThat(places(folder, "m").runId()).isEqualTo(first.runId());
    assertThat(places(folder, "n").runId()).isNotEqualTo(first.runId());
    assertThat(places(folder.resolve("."), "m").runId()).isNotEqualTo(first.runId());
  }

  private Places places(Path input, String output) throws UsageException {
    return Places.of(
        Settings.parse(
            "--input=" + input,
            "--output=" + folder.resolve(output),
            "--database=" + folder.resolve("db")));
  }
}
