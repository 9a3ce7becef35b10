package dev.treadle.checkpoint.sqlite;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.executor.spi.CheckpointStore;
import dev.treadle.executor.spi.ForwardingStore;
import dev.treadle.executor.spi.RunHeader;
import dev.treadle.executor.spi.RunQuery;
import dev.treadle.proof.FolderInMemory;
import dev.treadle.proof.Fuzzer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whatever text a query holds is a value, and never SQL.
final class QueryFuzzTest {
  private static final long SEED = Long.getLong("treadle.soak.seed", 1_000_000);

  @TempDir(factory = FolderInMemory.class)
  private Path folder;

  @Test
  void queries_giveWhatTheModelGives() {
    run(1, Fuzzer.inputs(5_000));
  }

  @Test
  @Tag("soak")
  void manyMoreQueries_giveWhatTheModelGives() {
    run(SEED, Fuzzer.soak());
  }

  @Test
  void plantedBug_labelsOfAnyCase_areCaught() {
    var store = SqliteCheckpointStore.open(folder.resolve("runs.db"));
    try (var fuzz = new QueryFuzz(store, _ -> new AnyCase(store))) {
      assertThatThrownBy(() ->
              Fuzzer.run("planted", 1, Fuzzer.inputs(100_000), QueryFuzz.samples(), fuzz::accept))
          .isInstanceOf(AssertionError.class)
          .hasStackTraceContaining("runs instead of");
    }
  }

  private void run(long seed, LongPredicate goesOn) {
    var store = SqliteCheckpointStore.open(folder.resolve("runs.db"));
    try (var fuzz = new QueryFuzz(store, reader -> reader)) {
      Fuzzer.run("queries", seed, goesOn, QueryFuzz.samples(), fuzz::accept);
    }
  }

  /// Takes labels as if they were written in small letters.
  private record AnyCase(CheckpointStore store) implements ForwardingStore {
    @Override
    public List<RunHeader> list(RunQuery query) {
      var labels = new HashMap<String, String>();
      query.labels().forEach((name, value) -> labels.put(small(name), small(value)));
      return store.list(query.withLabels(labels));
    }

    private static String small(String text) {
      return text.toLowerCase(Locale.ROOT);
    }
  }
}
