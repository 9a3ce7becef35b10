package dev.treadle.examples.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class Sha256Test {
  @TempDir Path folder;

  @Test
  void of_knownContent_hasItsHash() throws IOException {
    var file = Files.writeString(folder.resolve("abc"), "abc");

    assertThat(Sha256.of(file, _ -> {}).hex())
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assertThat(Sha256.of("abc")).isEqualTo(Sha256.of(file, _ -> {}).hex());
  }

  @Test
  void of_emptyFile_hasTheHashOfNothing() throws IOException {
    var hash = Sha256.of(Files.createFile(folder.resolve("empty")), _ -> {});

    assertThat(hash.hex())
        .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assertThat(hash.bytes()).isZero();
  }

  @Test
  void of_fileOfManyBuffers_tellsEachPiece() throws IOException {
    var file = Files.write(folder.resolve("large"), new byte[1_000_003]);
    var read = new LongAdder();

    var hash = Sha256.of(file, read::add);

    assertThat(hash.bytes()).isEqualTo(1_000_003);
    assertThat(read.sum()).isEqualTo(1_000_003);
  }

  @Test
  void of_folder_isNoFile() {
    assertThatThrownBy(() -> Sha256.of(folder, _ -> {}))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("no longer a file");
  }
}
