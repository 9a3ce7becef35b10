package dev.treadle.examples.manifest;

import java.util.Objects;

/// What the listing of a folder finds.
sealed interface Item {

  /// A file to hash.
  ///
  /// @param name its encoded path from the folder
  /// @param bytes its size when it was listed
  record Found(String name, long bytes) implements Item {
    public Found {
      Objects.requireNonNull(name, "name");
    }
  }

  /// Something that can't be hashed.
  ///
  /// @param name its encoded path from the folder
  /// @param reason why not
  record Unusable(String name, String reason) implements Item {
    public Unusable {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(reason, "reason");
    }
  }
}
