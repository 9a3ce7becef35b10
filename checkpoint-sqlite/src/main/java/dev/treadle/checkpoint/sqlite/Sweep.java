package dev.treadle.checkpoint.sqlite;

import dev.treadle.executor.spi.Retention;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;

/// Deletes finished runs that are no longer kept: a few of them within each batch of commits, so
/// that no commit waits for long and none costs a forced write of its own. A run with many entries
/// vanishes at once, and its entries go little by little.
///
/// Confined to its session's thread.
final class Sweep {
  static final String COUNT = "SELECT count(*) FROM run WHERE " + Schema.FINISHED;
  static final String OLDEST =
      "SELECT no, updated_at FROM run INDEXED BY run_by_end WHERE "
          + Schema.FINISHED
          + " AND updated_at < ? ORDER BY updated_at, id LIMIT ?";

  /// Asks again whether the run is the one that was found: it may have been deleted since, and its
  /// number be another's.
  private static final String DELETE_RUN =
      "DELETE FROM run WHERE no = ? AND updated_at = ? AND " + Schema.FINISHED;

  private static final String DELETE_ENTRIES =
      "DELETE FROM entry WHERE run = ?1 AND id <= ifnull("
          + "(SELECT id FROM entry WHERE run = ?1 ORDER BY id LIMIT 1 OFFSET ?2 - 1), "
          + Long.MAX_VALUE
          + ")";
  private static final String NOTE = "INSERT INTO dropped (run) VALUES (?)";
  private static final String NOTED = "SELECT min(run) FROM dropped";
  private static final String FORGET = "DELETE FROM dropped WHERE run = ?";

  private static final Duration LONGEST = Duration.ofDays(1_000_000);
  private static final long MILLIS_BETWEEN_LOOKS = 60_000;
  private static final int MOST_FOUND = 1_000;
  private static final int LEAST_RUNS = 10;
  private static final int MOST_ENTRIES = 250;

  private final Session session;
  private final Retention retention;
  private final InstantSource clock;

  /// Found, oldest first, and not deleted yet.
  private final ArrayDeque<Finished> found = new ArrayDeque<>();

  private long nextLook = Long.MIN_VALUE;
  private long rest = Long.MIN_VALUE;
  private boolean leftovers = true;

  /// How many more are to be found, of the last count.
  private long excess;

  private record Finished(long no, long updatedAt) {}

  Sweep(Session session, SqliteOptions options) {
    this.session = session;
    this.retention = options.retention();
    this.clock = options.clock();
  }

  /// Deletes some, within a transaction that the caller has begun.
  ///
  /// @param commits how many commits the transaction has; more runs than they can finish are
  ///   deleted, so that runs don't pile up
  void some(int commits) throws SQLException {
    if (isBefore(rest)) {
      return;
    }
    int entries = leftovers ? deleteLeftovers() : 0;
    if (found.isEmpty() && !(retention instanceof Retention.All) && !isBefore(nextLook)) {
      look();
    }
    for (int runs = LEAST_RUNS + commits; runs > 0 && entries < MOST_ENTRIES; runs--) {
      var run = found.poll();
      if (run == null) {
        return;
      }
      entries += delete(run);
    }
  }

  /// To be called when a transaction did not end with a commit. What it wrote for the sweep may be
  /// what there was no room for, so the next ones do without.
  void forget() {
    found.clear();
    excess = 0;
    leftovers = true;
    rest = clock.millis() + MILLIS_BETWEEN_LOOKS;
    nextLook = Long.MIN_VALUE;
  }

  /// Whether it is not yet time. A clock that was set back must not put it off.
  private boolean isBefore(long time) {
    if (time == Long.MIN_VALUE) {
      return false;
    }
    long wait = time - clock.millis();
    return wait > 0 && wait <= MILLIS_BETWEEN_LOOKS;
  }

  private void look() throws SQLException {
    switch (retention) {
      case Retention.All() -> {}
      case Retention.Last(int runs) -> {
        if (excess <= 0) {
          excess = number(session.prepare(COUNT)) - runs;
        }
        find(Long.MAX_VALUE, Math.min(excess, MOST_FOUND));
        excess -= found.size();
      }
      case Retention.During(var time) -> find(endOf(time), MOST_FOUND);
    }
    // where a look finds all that it may, the next is due as soon as those are deleted
    nextLook = clock.millis() + (found.size() < MOST_FOUND ? MILLIS_BETWEEN_LOOKS : 0);
  }

  /// What was last changed before this is kept no longer. There are times that no clock reaches.
  private long endOf(Duration time) {
    var now = clock.millis();
    return time.compareTo(LONGEST) > 0 ? Long.MIN_VALUE : now - time.toMillis();
  }

  private void find(long before, long limit) throws SQLException {
    if (limit <= 0) {
      return;
    }
    var statement = session.prepare(OLDEST);
    statement.setLong(1, before);
    statement.setLong(2, limit);
    try (var row = statement.executeQuery()) {
      while (row.next()) {
        found.add(new Finished(row.getLong(1), row.getLong(2)));
      }
    }
  }

  /// How many entries were deleted.
  private int delete(Finished run) throws SQLException {
    var statement = session.prepare(DELETE_RUN);
    statement.setLong(1, run.no());
    statement.setLong(2, run.updatedAt());
    if (statement.executeUpdate() == 0) {
      return 0;
    }
    update(RunWriter.DELETE_LABELS, run.no());
    int entries = deleteEntries(run.no());
    if (entries == MOST_ENTRIES) {
      update(NOTE, run.no());
      leftovers = true;
    }
    return entries;
  }

  private int deleteLeftovers() throws SQLException {
    var no = number(session.prepare(NOTED));
    if (no == 0) {
      leftovers = false;
      return 0;
    }
    int entries = deleteEntries(no);
    if (entries < MOST_ENTRIES) {
      update(FORGET, no);
    }
    return entries;
  }

  private int deleteEntries(long no) throws SQLException {
    var statement = session.prepare(DELETE_ENTRIES);
    statement.setLong(1, no);
    statement.setInt(2, MOST_ENTRIES);
    return statement.executeUpdate();
  }

  private void update(String sql, long no) throws SQLException {
    var statement = session.prepare(sql);
    statement.setLong(1, no);
    statement.executeUpdate();
  }

  private static long number(PreparedStatement statement) throws SQLException {
    try (var row = statement.executeQuery()) {
      return row.next() ? row.getLong(1) : 0;
    }
  }
}
