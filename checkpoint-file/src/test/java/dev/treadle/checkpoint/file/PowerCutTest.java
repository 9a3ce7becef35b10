package dev.treadle.checkpoint.file;

import dev.treadle.executor.spi.CheckpointStore;
import dev.treadle.proof.PowerCutContract;
import java.nio.file.Path;

/// With files so small that some are begun, compacted and deleted while the power is cut.
final class PowerCutTest extends PowerCutContract {
  @Override
  protected CheckpointStore open(Path place) {
    return FileCheckpointStore.open(place, _ -> Journals.SMALL);
  }

  @Override
  protected CheckpointStore openCareless(Path place) {
    return Journals.openThrough(place, Unforced::new, Journals.SMALL);
  }

  /// A folder that says that it has forced.
  private static final class Unforced extends ForwardingFolder {
    Unforced(JournalFolder behind) {
      super(behind);
    }

    @Override
    public void force() {}

    @Override
    JournalFile wrap(String name, JournalFile file) {
      return new UnforcedFile(file);
    }
  }

  private record UnforcedFile(JournalFile behind) implements ForwardingFile {
    @Override
    public void force() {}
  }
}
