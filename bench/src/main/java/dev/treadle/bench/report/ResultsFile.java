package dev.treadle.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Results as JSON.
public final class ResultsFile {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .build();

  private ResultsFile() {}

  /// Writes results, whole or not at all.
  ///
  /// @param file where; its folder is made
  /// @param results what
  /// @throws IOException if it can't be written
  public static void write(Path file, Results results) throws IOException {
    var folder = file.toAbsolutePath().getParent();
    Files.createDirectories(folder);
    var draft = Files.createTempFile(folder, "results", ".json");
    Files.writeString(draft, MAPPER.writeValueAsString(results) + "\n");
    Files.move(
        draft,
        file,
        java.nio.file.StandardCopyOption.REPLACE_EXISTING,
        java.nio.file.StandardCopyOption.ATOMIC_MOVE);
  }

  /// Reads results.
  ///
  /// @param file of [#write]
  /// @return the results
  /// @throws IOException if it can't be read
  public static Results read(Path file) throws IOException {
    return MAPPER.readValue(Files.readString(file), Results.class);
  }
}
