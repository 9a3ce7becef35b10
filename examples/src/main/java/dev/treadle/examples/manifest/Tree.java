package dev.treadle.examples.manifest;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Lists the files below a folder. Links to files are listed, links to folders are not followed,
/// special files are named and never opened. Confined to one thread.
final class Tree extends SimpleFileVisitor<Path> {
  private final Path root;
  private final String encodedRoot;
  private final Predicate<Path> left;
  private final List<Item> items = new ArrayList<>();

  private Tree(Path root, String encodedRoot, Predicate<Path> left) {
    this.root = root;
    this.encodedRoot = encodedRoot;
    this.left = left;
  }

  /// Lists a folder.
  ///
  /// @param folder the encoded real path of the folder
  /// @param left which files are left out, by their real paths
  /// @return the files in the order of their names' bytes
  /// @throws IOException if the folder itself can't be listed
  static List<Item> list(String folder, Predicate<Path> left) throws IOException {
    var root = RawName.file(folder, "");
    var tree = new Tree(root, folder, left);
    Files.walkFileTree(root, tree);
    return tree.items.stream()
        .sorted(Comparator.comparing(Tree::nameOf, RawName::compare))
        .toList();
  }

  @Override
  public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
    if (left.test(file)) {
      return FileVisitResult.CONTINUE;
    }
    if (attributes.isRegularFile()) {
      found(file, attributes);
    } else if (attributes.isSymbolicLink()) {
      visitLink(file);
    } else {
      unusable(file, Reason.SPECIAL);
    }
    return FileVisitResult.CONTINUE;
  }

  private void visitLink(Path link) {
    try {
      var target = Files.readAttributes(link, BasicFileAttributes.class);
      if (target.isRegularFile()) {
        if (!left.test(link.toRealPath())) {
          found(link, target);
        }
      } else if (!target.isDirectory()) {
        unusable(link, Reason.SPECIAL);
      }
    } catch (NoSuchFileException _) {
      unusable(link, Reason.BROKEN_LINK);
    } catch (IOException e) {
      unusable(link, Reason.of(e));
    }
  }

  @Override
  public FileVisitResult visitFileFailed(Path file, IOException error) throws IOException {
    return failed(file, error);
  }

  @Override
  public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException error)
      throws IOException {
    return error == null ? FileVisitResult.CONTINUE : failed(folder, error);
  }

  private FileVisitResult failed(Path file, IOException error) throws IOException {
    if (file.equals(root)) {
      throw error;
    }
    unusable(file, Reason.of(error));
    return FileVisitResult.CONTINUE;
  }

  private void found(Path file, BasicFileAttributes attributes) {
    items.add(new Item.Found(RawName.below(encodedRoot, file), attributes.size()));
  }

  private void unusable(Path file, String reason) {
    items.add(new Item.Unusable(RawName.below(encodedRoot, file), reason));
  }

  private static String nameOf(Item item) {
    return switch (item) {
      case Item.Found file -> file.name();
      case Item.Unusable file -> file.name();
    };
  }
}
