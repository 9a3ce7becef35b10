package dev.treadle.examples.manifest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Programs of the system and files with odd names, for tests. Stateless.
final class Tools {
  /// Names that a manifest has to escape, quote or keep as they are; encoded.
  static final List<String> ODD_NAMES =
      List.of(
          "plain",
          "%20leading%20and%20trailing%20",
          "%2Astar",
          "-dash",
          "new%0Aline",
          "%0A",
          "carriage%0Dreturn",
          "back%5Cslash",
          "%5C",
          "%5Cn",
          "tab%09",
          "percent%25sign",
          "quote%22%27",
          "escape%1B%5B31m",
          "%C3%BCmlaut",
          "%F0%9F%A7%B5",
          "%FF%FE%20is%20no%20UTF-8",
          "%C3");

  private Tools() {}

  /// What a program said.
  ///
  /// @param status its exit status
  /// @param out its output
  record Ended(int status, String out) {}

  /// Whether a program is installed.
  ///
  /// @param program its name
  /// @return whether the shell finds it
  static boolean has(String program) throws IOException, InterruptedException {
    return run(Path.of("/"), "sh", "-c", "command -v " + program).status() == 0;
  }

  /// Runs a program to its end.
  ///
  /// @param folder where
  /// @param command the program and its arguments
  /// @return what it said, one char a byte
  static Ended run(Path folder, String... command) throws IOException, InterruptedException {
    var process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    process.getOutputStream().close();
    var out = new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IllegalStateException("does not end: " + List.of(command));
    }
    return new Ended(process.exitValue(), out);
  }

  /// Makes a file for each odd name, its name within.
  ///
  /// @param folder where
  static void oddFiles(Path folder) {
    for (var name : ODD_NAMES) {
      try {
        Files.writeString(RawName.file(RawName.of(folder), name), name);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
