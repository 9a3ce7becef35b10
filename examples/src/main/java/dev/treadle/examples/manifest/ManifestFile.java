package dev.treadle.examples.manifest;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;

/// Writes a manifest as `sha256sum` does, so that `sha256sum -c` takes it. Stateless.
final class ManifestFile {
  private ManifestFile() {}

  /// Where a manifest is written before it takes its name.
  ///
  /// @param manifest the manifest
  /// @return a file in the same folder
  static Path draftOf(Path manifest) {
    var name = Integer.toHexString(manifest.getFileName().hashCode());
    return manifest.resolveSibling(".treadle-manifest-" + name + ".tmp");
  }

  /// Writes a manifest: all of it, on disk and under its name, or nothing.
  ///
  /// @param manifest the file; replaced if it exists
  /// @param prefix what stands before each name: the folder as it was typed, encoded
  /// @param digests the lines in their order
  /// @throws IOException if it can't be written; what stood there before still does
  static void write(Path manifest, String prefix, List<Digest> digests) throws IOException {
    var draft = draftOf(manifest);
    try {
      writeDraft(draft, prefix, digests);
      Files.move(draft, manifest, ATOMIC_MOVE);
    } catch (IOException e) {
      try {
        Files.deleteIfExists(draft);
      } catch (IOException second) {
        e.addSuppressed(second);
      }
      throw e;
    }
    try (var folder = FileChannel.open(manifest.resolveSibling("."), READ)) {
      folder.force(true);
    }
  }

  private static void writeDraft(Path draft, String prefix, List<Digest> digests)
      throws IOException {
    try (var file =
        FileChannel.open(draft, CREATE, TRUNCATE_EXISTING, WRITE, LinkOption.NOFOLLOW_LINKS)) {
      var out = new BufferedOutputStream(Channels.newOutputStream(file), 1 << 16);
      for (var digest : digests) {
        writeLine(out, digest.sha256(), RawName.bytes(joined(prefix, digest.name())));
      }
      out.flush();
      file.force(true);
    }
  }

  private static String joined(String prefix, String name) {
    return prefix.isEmpty() || prefix.endsWith("/") ? prefix + name : prefix + "/" + name;
  }

  private static void writeLine(OutputStream out, String sha256, byte[] name) throws IOException {
    if (needsEscape(name)) {
      out.write('\\');
    }
    out.write(sha256.getBytes(StandardCharsets.US_ASCII));
    out.write(' ');
    out.write(' ');
    for (var b : name) {
      switch (b) {
        case '\\' -> out.write(new byte[] {'\\', '\\'});
        case '\n' -> out.write(new byte[] {'\\', 'n'});
        case '\r' -> out.write(new byte[] {'\\', 'r'});
        default -> out.write(b);
      }
    }
    out.write('\n');
  }

  private static boolean needsEscape(byte[] name) {
    for (var b : name) {
      if (b == '\\' || b == '\n' || b == '\r') {
        return true;
      }
    }
    return false;
  }
}
