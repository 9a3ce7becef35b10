package dev.treadle.checkpoint.sqlite;

import dev.treadle.executor.spi.CheckpointStore;
import dev.treadle.proof.LinearCommits;
import dev.treadle.proof.SyscallContract;
import java.io.IOException;
import java.nio.file.Path;

final class SyscallTest extends SyscallContract {
  @Override
  protected CheckpointStore open(Path place) {
    return Committing.open(place);
  }

  @Override
  protected Class<?> main() {
    return Committing.class;
  }

  static final class Committing {
    private Committing() {}

    static CheckpointStore open(Path place) {
      return SqliteCheckpointStore.open(place);
    }

    public static void main(String[] arguments) throws IOException {
      LinearCommits.main(Committing::open, arguments);
    }
  }
}
