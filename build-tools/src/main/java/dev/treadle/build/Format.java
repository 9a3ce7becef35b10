package dev.treadle.build;

import com.google.googlejavaformat.java.Main;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/// Runs google-java-format over every Java source below a folder: `check` reports, `fix` rewrites.
public final class Format {
  private Format() {}

  /// Formats a tree.
  ///
  /// @param args the mode, then the folder
  /// @throws IOException if the tree cannot be read
  public static void main(String[] args) throws IOException {
    var options =
        switch (args[0]) {
          case "check" -> List.of("--dry-run", "--set-exit-if-changed");
          case "fix" -> List.of("--replace");
          default -> throw new IllegalArgumentException("want check or fix, got " + args[0]);
        };
    var sources = new ArrayList<Path>();
    Files.walkFileTree(
        Path.of(args[1]),
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) {
            return dir.endsWith("target") || dir.endsWith(".git")
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (file.toString().endsWith(".java")) {
              sources.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    var command = new ArrayList<>(options);
    sources.stream().sorted().map(Path::toString).forEach(command::add);
    Main.main(command.toArray(String[]::new));
  }
}
