package dev.treadle.examples.manifest;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.LongConsumer;

/// How a file is hashed. Called by many threads at once.
@FunctionalInterface
interface Hasher {

  /// The hash of a file and how much was read for it.
  ///
  /// @param hex 64 hexadecimal digits
  /// @param bytes how many bytes were read
  record Hash(String hex, long bytes) {}

  /// Hashes a file.
  ///
  /// @param file the file
  /// @param read hears how many bytes were read, piece by piece
  /// @return its hash
  /// @throws IOException if it can't be read to its end
  Hash hash(Path file, LongConsumer read) throws IOException;
}
