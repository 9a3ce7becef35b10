package dev.treadle.checkpoint.file;

import dev.treadle.executor.spi.CheckpointStore;
import dev.treadle.executor.spi.Retention;
import dev.treadle.proof.SoakContract;
import java.io.IOException;
import java.nio.file.Path;

final class SoakTest extends SoakContract {
  private static final int KEPT = 200;

  /// Touched by the store's thread only.
  private boolean failing;

  @Override
  protected CheckpointStore open(Path place) {
    failing = false;
    return Journals.openThrough(
        place, Fragile::new, Journals.SMALL.withRetention(Retention.last(KEPT)));
  }

  @Override
  protected void fail() {
    failing = true;
  }

  /// A folder whose files can't be forced once that is wanted.
  private final class Fragile extends ForwardingFolder {
    Fragile(JournalFolder behind) {
      super(behind);
    }

    @Override
    JournalFile wrap(String name, JournalFile file) {
      return new FragileFile(file);
    }
  }

  private final class FragileFile implements ForwardingFile {
    private final JournalFile behind;

    FragileFile(JournalFile behind) {
      this.behind = behind;
    }

    @Override
    public JournalFile behind() {
      return behind;
    }

    @Override
    public void force() throws IOException {
      if (failing) {
        throw new IOException("planted");
      }
      behind.force();
    }
  }
}
