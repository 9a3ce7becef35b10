package dev.treadle.proof;

import dev.treadle.executor.spi.CheckpointStore;
import java.nio.file.Path;

/// Opens a store.
@FunctionalInterface
public interface StoreOpener {

  /// Opens it.
  ///
  /// @param place where its data are; nothing else begins with this name
  CheckpointStore open(Path place);
}
