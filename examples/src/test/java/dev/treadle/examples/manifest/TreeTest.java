package dev.treadle.examples.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TreeTest {
  @TempDir Path folder;

  @Test
  void list_nestedFiles_areInTheOrderOfTheirBytes() throws IOException {
    write("b");
    write("a/z");
    write("a-b");
    write("a/y/x");
    write("%C3%A4");
    write("B");

    assertThat(names(list())).containsExactly("B", "a-b", "a/y/x", "a/z", "b", "%C3%A4");
  }

  @Test
  void list_fileWithContent_hasItsSize() throws IOException {
    Files.writeString(folder.resolve("five"), "12345");

    assertThat(list()).containsExactly(new Item.Found("five", 5));
  }

  @Test
  void list_links_areFilesOrNotFollowedOrNamed() throws IOException {
    Files.writeString(folder.resolve("file"), "123");
    write("inside/x");
    link("toFile", "file");
    link("toFolder", "inside");
    link("toNothing", "nowhere");
    link("toItself", "toItself");

    var items = list();

    assertThat(items)
        .contains(new Item.Found("toFile", 3), new Item.Unusable("toNothing", Reason.BROKEN_LINK));
    assertThat(names(items)).containsExactly("file", "inside/x", "toFile", "toItself", "toNothing");
    assertThat(items).filteredOn(Item.Unusable.class::isInstance).hasSize(2);
  }

  @Test
  void list_pipe_isNamedAndNotOpened() throws IOException, InterruptedException {
    assumeTrue(Tools.has("mkfifo"), "mkfifo is not installed");
    assertThat(Tools.run(folder, "mkfifo", "pipe").status()).isZero();
    link("toPipe", "pipe");

    assertThat(list())
        .containsExactly(
            new Item.Unusable("pipe", Reason.SPECIAL), new Item.Unusable("toPipe", Reason.SPECIAL));
  }

  @Test
  void list_leftOutFile_isMissingUnderEachOfItsNames() throws IOException {
    write("own");
    write("other");
    link("alias", "own");
    var own = folder.toRealPath().resolve("own");

    assertThat(names(Tree.list(encoded(), own::equals))).containsExactly("other");
  }

  @Test
  void list_emptyFolder_hasNothing() throws IOException {
    assertThat(list()).isEmpty();
  }

  @Test
  void list_missingFolder_fails() {
    assertThatThrownBy(() -> Tree.list(RawName.of(folder.resolve("gone")), _ -> false))
        .isInstanceOf(NoSuchFileException.class);
  }

  private List<Item> list() throws IOException {
    return Tree.list(encoded(), _ -> false);
  }

  private String encoded() throws IOException {
    return RawName.of(folder.toRealPath());
  }

  private void write(String name) throws IOException {
    var file = RawName.file(RawName.of(folder), name);
    Files.createDirectories(file.resolveSibling("."));
    Files.writeString(file, name);
  }

  private void link(String name, String target) throws IOException {
    Files.createSymbolicLink(folder.resolve(name), Path.of(target));
  }

  private static List<String> names(List<Item> items) {
    return items.stream()
        .map(item ->
            switch (item) {
              case Item.Found file -> file.name();
              case Item.Unusable file -> file.name();
            })
        .toList();
  }
}
