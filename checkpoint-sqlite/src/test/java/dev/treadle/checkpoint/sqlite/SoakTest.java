package dev.treadle.checkpoint.sqlite;

import dev.treadle.executor.spi.CheckpointStore;
import dev.treadle.executor.spi.Retention;
import dev.treadle.proof.SoakContract;
import java.nio.file.Path;
import org.sqlite.SQLiteErrorCode;

final class SoakTest extends SoakContract {
  private static final int KEPT = 200;

  private FaultyDriver driver = driver();

  @Override
  protected CheckpointStore open(Path place) {
    driver = driver();
    return SqliteCheckpointStore.open(
        place,
        SqliteOptions.defaults().withRetention(Retention.last(KEPT)),
        driver,
        Path.of(place + ".lock"));
  }

  @Override
  protected void fail() {
    driver.failNext(1);
  }

  private static FaultyDriver driver() {
    return new FaultyDriver(
        0, new FaultyDriver.Fault(SQLiteErrorCode.SQLITE_IOERR_FSYNC, false, false));
  }
}
