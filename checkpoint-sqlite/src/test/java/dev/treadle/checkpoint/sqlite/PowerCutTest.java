package dev.treadle.checkpoint.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.checkpoint.sqlite.SqliteOptions.Synchronous;
import dev.treadle.executor.spi.CheckpointStore;
import dev.treadle.proof.PowerCutContract;
import java.nio.file.Path;

final class PowerCutTest extends PowerCutContract {
  @Override
  protected CheckpointStore open(Path place) {
    return SqliteCheckpointStore.open(place);
  }

  @Override
  protected CheckpointStore openCareless(Path place) {
    return SqliteCheckpointStore.open(place, set -> set.withSynchronous(Synchronous.NORMAL));
  }

  @Override
  protected void checkControl(int damaged) {
    assertThat(damaged).as("databases damaged").isZero();
  }
}
