package dev.treadle.bench.durable;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.treadle.bench.Folders;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;

/// A PostgreSQL of its own that forces every commit.
final class Postgres implements AutoCloseable {
  /// The embedded server comes with all of these off, for it is made for tests.
  private static final List<String> DURABLE =
      List.of("fsync", "synchronous_commit", "full_page_writes");

  private static final int CONNECTIONS = 40;

  private final Path folder;
  private final EmbeddedPostgres server;
  private final HikariDataSource source;

  private Postgres(Path folder, EmbeddedPostgres server, HikariDataSource source) {
    this.folder = folder;
    this.server = server;
    this.source = source;
  }

  static Postgres start() throws IOException, SQLException {
    var folder = Folders.make();
    var builder =
        EmbeddedPostgres.builder()
            .setOverrideWorkingDirectory(folder.resolve("binaries").toFile())
            .setDataDirectory(folder.resolve("data"))
            .setCleanDataDirectory(true);
    DURABLE.forEach(setting -> builder.setServerConfig(setting, "on"));
    var server = builder.start();
    var config = new HikariConfig();
    config.setJdbcUrl(server.getJdbcUrl("postgres", "postgres"));
    config.setMaximumPoolSize(CONNECTIONS);
    var postgres = new Postgres(folder, server, new HikariDataSource(config));
    postgres.check();
    return postgres;
  }

  HikariDataSource source() {
    return source;
  }

  void execute(String sql) throws SQLException {
    try (var connection = source.getConnection();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private void check() throws SQLException {
    try (var connection = source.getConnection();
        var statement = connection.createStatement()) {
      for (var setting : DURABLE) {
        try (var answer = statement.executeQuery("SHOW " + setting)) {
          answer.next();
          if (!answer.getString(1).equals("on")) {
            throw new IllegalStateException(setting + " is " + answer.getString(1));
          }
        }
      }
    }
  }

  @Override
  public void close() throws IOException {
    source.close();
    server.close();
    Folders.delete(folder);
  }
}
