package dev.treadle.checkpoint.sqlite;

import dev.treadle.executor.spi.StepCommit;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.sqlite.SQLiteConfig;

/// Prints what linear commits cost, alone and in batches, and a bare transaction beside them. Run
/// by hand, on a quiet machine, with a folder on the disk that matters as the one argument.
final class CommitSpeed {
  private static final int BATCH = 256;
  private static final int ROUNDS = 300;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private CommitSpeed() {}

  public static void main(String[] arguments) throws IOException, SQLException {
    var folder = Files.createTempDirectory(Path.of(arguments[0]), "speed");
    var file = folder.resolve("runs.db");
    for (int pass = 0; pass < 3; pass++) {
      try (var store = SqliteCheckpointStore.open(file)) {
        System.out.printf(
            "one commit alone %.1f us, %d at a time %s each, bare transaction %.1f us%n",
            alone(store, "alone-" + pass),
            BATCH,
            batched(store, "batched-" + pass),
            bare(folder.resolve("bare-" + pass + ".db")));
      }
      System.out.printf(
          "  the same SQL in a bare loop: %s each%n", sameSql(file, (BATCH + 1L) * pass + 2));
    }
  }

  private static double alone(SqliteCheckpointStore store, String run) {
    store.append(List.of(Runs.linear(run, 1)));
    var start = System.nanoTime();
    for (long sequence = 2; sequence < 2 + ROUNDS; sequence++) {
      store.append(List.of(Runs.linear(run, sequence)));
    }
    return micros(start, ROUNDS);
  }

  private static String batched(SqliteCheckpointStore store, String run) {
    var wall = new long[ROUNDS];
    var cpu = new long[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      var batch = new ArrayList<StepCommit>();
      for (int i = 0; i < BATCH; i++) {
        batch.add(Runs.linear(run + "-" + i, round + 1));
      }
      var start = System.nanoTime();
      var busy = THREADS.getCurrentThreadCpuTime();
      store.append(batch);
      wall[round] = System.nanoTime() - start;
      cpu[round] = THREADS.getCurrentThreadCpuTime() - busy;
    }
    return "median %.2f us, processor %.2f us".formatted(median(wall), median(cpu));
  }

  /// The statements of a linear step, for as many runs, in transactions of the same size.
  private static String sameSql(Path file, long first) throws SQLException {
    var wall = new long[ROUNDS];
    var cpu = new long[ROUNDS];
    var database = new Database(file, SqliteOptions.defaults(), Driver.real());
    try (var connection = database.connectForWriting();
        var advance = connection.prepareStatement(RunWriter.ADVANCE);
        var remove = connection.prepareStatement(RunWriter.REMOVE);
        var put = connection.prepareStatement(RunWriter.PUT)) {
      for (int round = 0; round < ROUNDS; round++) {
        var start = System.nanoTime();
        var busy = THREADS.getCurrentThreadCpuTime();
        Sql.execute(connection, Transactions.BEGIN);
        for (int i = 0; i < BATCH; i++) {
          long no = first + i;
          long sequence = (long) ROUNDS + round;
          bind(advance, sequence + 1, sequence, 1_700_000_000_000L, 7L, no, sequence);
          bind(remove, no, sequence - 1, sequence - 1);
          bind(put, no, sequence, "ITEM", "ship", 0L, "", 0L, 7L, new byte[2], new byte[100]);
        }
        Sql.execute(connection, Transactions.COMMIT);
        wall[round] = System.nanoTime() - start;
        cpu[round] = THREADS.getCurrentThreadCpuTime() - busy;
      }
    }
    return "median %.2f us, processor %.2f us".formatted(median(wall), median(cpu));
  }

  private static void bind(PreparedStatement statement, Object... values) throws SQLException {
    for (int i = 0; i < values.length; i++) {
      statement.setObject(i + 1, values[i]);
    }
    if (statement.executeUpdate() != 1) {
      throw new IllegalStateException("changed no row");
    }
  }

  private static double median(long[] nanos) {
    Arrays.sort(nanos);
    return nanos[nanos.length / 2] / 1e3 / BATCH;
  }

  /// One row changed in one transaction, with the same settings.
  private static double bare(Path file) throws SQLException {
    try (var connection = new SQLiteConfig().createConnection("jdbc:sqlite:" + file)) {
      Sql.execute(connection, "PRAGMA journal_mode = WAL");
      Sql.execute(connection, "PRAGMA synchronous = FULL");
      Sql.execute(connection, "CREATE TABLE t (a INTEGER PRIMARY KEY, b INTEGER)");
      Sql.execute(connection, "INSERT INTO t VALUES (1, 0)");
      try (var update = connection.prepareStatement("UPDATE t SET b = b + 1 WHERE a = 1")) {
        var start = System.nanoTime();
        for (int i = 0; i < ROUNDS; i++) {
          update.executeUpdate();
        }
        return micros(start, ROUNDS);
      }
    }
  }

  private static double micros(long start, int count) {
    return (System.nanoTime() - start) / 1e3 / count;
  }
}
