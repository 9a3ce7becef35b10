package dev.treadle.examples.manifest;

import java.util.Objects;

/// The checksum of one file.
///
/// @param name its encoded path from the folder
/// @param sha256 64 hexadecimal digits
/// @param bytes how many bytes were read
record Digest(String name, String sha256, long bytes) {
  Digest {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(sha256, "sha256");
  }
}
