package dev.treadle.bench.durable;

import dev.treadle.bench.About;
import dev.treadle.bench.Folders;
import dev.treadle.bench.Measured;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// What a step commit costs beyond the disk.
@About(
    title = "A step commit on each store",
    text =
        "Runs of ten steps with parcels of about 200 bytes of JSON, per commit, of which such a run"
            + " has eleven: its start and its steps. With one run each commit waits for the one"
            + " before; of many, commits that meet share one forced write. `rawAppend` writes"
            + " records of 480 bytes with a checksum to the end of a file; `rawSqlite` does what a"
            + " step commit does there: an update of the run, a delete and an insert of an entry."
            + " `batch` says after how many commits they force the file or end the transaction.",
    chapter = About.Chapter.DURABLE,
    unit = "commit",
    by = {"runs", "batch"},
    each = CommitBenchmark.COMMITS)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class CommitBenchmark extends Measured {
  static final int COMMITS = RunsShape.STEPS + 1;

  /// A file that grows.
  @State(Scope.Benchmark)
  public static class Append {
    private static final int RECORD_BYTES = 480;
    private static final long LONGEST_FILE_BYTES = 64L << 20;
    private static final int HEAD_BYTES = Long.BYTES;

    /// How many records share one force.
    @Param({"1", "256"})
    public int batch;

    private final ByteBuffer record = ByteBuffer.allocateDirect(RECORD_BYTES);
    private @Nullable Path folder;
    private @Nullable FileChannel file;
    private int count;

    /// Makes the file.
    ///
    /// @throws IOException if it can't be made
    @Setup(Level.Iteration)
    public void open() throws IOException {
      folder = Folders.make();
      file =
          FileChannel.open(
              folder.resolve("log"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    /// Deletes the file.
    ///
    /// @throws IOException if it can't be deleted
    @TearDown(Level.Iteration)
    public void close() throws IOException {
      Objects.requireNonNull(file).close();
      Folders.delete(Objects.requireNonNull(folder));
    }

    void commits() throws IOException {
      var to = Objects.requireNonNull(file);
      if (to.size() > LONGEST_FILE_BYTES) {
        to.truncate(0);
      }
      for (int i = 0; i < batch; i++) {
        fill();
        while (record.hasRemaining()) {
          to.write(record);
        }
      }
      to.force(false);
    }

    private void fill() {
      record.clear().putLong(0).putInt(HEAD_BYTES, count++);
      var sum = new CRC32C();
      sum.update(record.duplicate().position(HEAD_BYTES));
      record.clear().putInt(RECORD_BYTES).putInt((int) sum.getValue()).rewind();
    }
  }

  /// A table of entries and one of runs.
  @State(Scope.Benchmark)
  public static class Sqlite {
    private static final int PAYLOAD_BYTES = 200;

    /// How many commits share one transaction.
    @Param({"1", "256"})
    public int batch;

    /// SQLite's setting.
    @Param({"FULL", "NORMAL"})
    public String synchronous = "FULL";

    private @Nullable Path folder;
    private @Nullable Connection connection;
    private long next;

    /// Makes the database.
    ///
    /// @throws IOException if there is no folder for it
    /// @throws SQLException if SQLite can't make it
    @Setup(Level.Iteration)
    public void open() throws IOException, SQLException {
      folder = Folders.make();
      var made = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("raw.db"));
      try (var statement = made.createStatement()) {
        statement.execute("PRAGMA journal_mode=WAL");
        statement.execute("PRAGMA synchronous=" + synchronous);
        statement.execute(
            "CREATE TABLE entry (run INTEGER, id INTEGER, payload BLOB, PRIMARY KEY (run, id))"
                + " WITHOUT ROWID");
        statement.execute("CREATE TABLE run (no INTEGER PRIMARY KEY, sequence INTEGER)");
        statement.execute("INSERT INTO run VALUES (1, 0)");
      }
      made.setAutoCommit(false);
      connection = made;
    }

    /// Deletes the database.
    ///
    /// @throws IOException if it can't be deleted
    /// @throws SQLException if SQLite can't close it
    @TearDown(Level.Iteration)
    public void close() throws IOException, SQLException {
      Objects.requireNonNull(connection).close();
      Folders.delete(Objects.requireNonNull(folder));
    }

    void commits(int times) throws SQLException {
      var to = Objects.requireNonNull(connection);
      try (var advance = to.prepareStatement("UPDATE run SET sequence = ? WHERE no = 1");
          var remove = to.prepareStatement("DELETE FROM entry WHERE run = 1 AND id = ?");
          var put = to.prepareStatement("INSERT INTO entry VALUES (1, ?, ?)")) {
        var payload = new byte[PAYLOAD_BYTES];
        for (int i = 1; i <= times * batch; i++) {
          next++;
          advance.setLong(1, next);
          advance.executeUpdate();
          remove.setLong(1, next - 1);
          remove.executeUpdate();
          put.setLong(1, next);
          put.setBytes(2, payload);
          put.executeUpdate();
          if (i % batch == 0) {
            to.commit();
          }
        }
      }
    }
  }

  /// The subject.
  ///
  /// @param shape how many runs
  /// @param subject set up
  /// @return how many runs
  /// @throws Exception if a run fails
  @Benchmark
  public int treadle(RunsShape shape, TreadleRuns subject) throws Exception {
    return shape.all("Treadle", subject::run);
  }

  /// A file that grows.
  ///
  /// @param file set up
  /// @throws IOException if it can't be written
  @Benchmark
  public void rawAppend(Append file) throws IOException {
    for (int i = 0; i < COMMITS; i++) {
      file.commits();
    }
  }

  /// The same SQL in a bare loop.
  ///
  /// @param database set up
  /// @throws SQLException if SQLite fails
  @Benchmark
  public void rawSqlite(Sqlite database) throws SQLException {
    database.commits(COMMITS);
  }
}
