package dev.treadle.examples.manifest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.LongConsumer;

/// Hashes files. Stateless.
final class Sha256 {
  private static final int SMALL = 8 << 10;
  private static final int LARGE = 128 << 10;

  private Sha256() {}

  /// Hashes a file.
  ///
  /// @param file the file
  /// @param read hears how many bytes were read, piece by piece
  /// @return its hash
  /// @throws NoSuchFileException if there is none any more
  /// @throws IOException if it can't be read to its end
  static Hasher.Hash of(Path file, LongConsumer read) throws IOException {
    var attributes = Files.readAttributes(file, BasicFileAttributes.class);
    if (!attributes.isRegularFile()) {
      throw new NoSuchFileException(file.toString(), null, "no longer a file");
    }
    var digest = sha256();
    var buffer = new byte[attributes.size() < SMALL ? SMALL : LARGE];
    var bytes = 0L;
    try (var in = Files.newInputStream(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
        bytes += n;
        read.accept(n);
      }
    }
    return new Hasher.Hash(HexFormat.of().formatHex(digest.digest()), bytes);
  }

  /// Hashes text.
  ///
  /// @param text the text
  /// @return 64 hexadecimal digits
  static String of(String text) {
    return HexFormat.of().formatHex(sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
