package dev.treadle.examples.manifest;

import java.util.Objects;

/// The run's input: the folder to list.
///
/// @param path its encoded real path
record Folder(String path) {
  Folder {
    Objects.requireNonNull(path, "path");
  }
}
