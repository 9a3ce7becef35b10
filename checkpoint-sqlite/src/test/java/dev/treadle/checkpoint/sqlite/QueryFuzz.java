package dev.treadle.checkpoint.sqlite;

import dev.treadle.RunId;
import dev.treadle.RunStatus;
import dev.treadle.executor.MemoryCheckpointStore;
import dev.treadle.executor.spi.CheckpointReader;
import dev.treadle.executor.spi.CheckpointStore;
import dev.treadle.executor.spi.RunHeader;
import dev.treadle.executor.spi.RunQuery;
import dev.treadle.executor.spi.StepCommit;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// Asks a database for runs by any texts, and compares the answers with those of a model. The texts
/// are labels and names of workflows of some of the runs too.
///
/// Used by one thread.
public final class QueryFuzz implements AutoCloseable {
  private static final Instant CREATED = Runs.CREATED;
  private static final List<RunStatus> STATUSES = List.of(RunStatus.values());
  private static final List<String> TEXTS =
      List.of(
          "orders",
          "Orders",
          "' OR 1=1 --",
          "\"; DROP TABLE run; --",
          "%",
          "_",
          "a\u0000b",
          "\\",
          "é\u0301",
          "\uD83E\uDDF5",
          "7",
          "7.0",
          "NULL");

  private final CheckpointStore store;
  private final CheckpointReader asked;
  private final MemoryCheckpointStore model = MemoryCheckpointStore.create();

  /// @param bug between the questions and the store
  QueryFuzz(CheckpointStore store, UnaryOperator<CheckpointReader> bug) {
    this.store = store;
    this.asked = bug.apply(store);
    for (int i = 0; i < 60; i++) {
      var commit = List.of(commit(i));
      store.append(commit);
      model.append(commit);
    }
  }

  /// For fuzzers that only know classes.
  private static final class Single {
    private static final QueryFuzz FUZZ = open();

    private static QueryFuzz open() {
      try {
        var file = Files.createTempDirectory("treadle-fuzz").resolve("runs.db");
        return new QueryFuzz(SqliteCheckpointStore.open(file), reader -> reader);
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }

  /// Takes an input: some bits and numbers, then texts with 0xff between them.
  public static void fuzzerTestOneInput(byte[] input) {
    Single.FUZZ.accept(input);
  }

  void accept(byte[] input) {
    if (input.length < 5) {
      return;
    }
    var query = query(input);
    var answer = asked.list(query);
    if (!answer.equals(model.list(query))) {
      throw new AssertionError(
          "%d runs instead of %d for %s".formatted(answer.size(), model.list(query).size(), query));
    }
  }

  private static RunQuery query(byte[] input) {
    var texts = texts(input);
    var query = RunQuery.all(1 + (input[0] & 0x3f));
    if ((input[1] & 1) != 0) {
      query = query.withWorkflow(texts.getFirst());
    }
    if ((input[1] & 2) != 0) {
      query = query.withStatuses(statuses(input[2]));
    }
    if ((input[1] & 4) != 0) {
      query = query.withDueBy(CREATED.plusMillis(input[3]));
    }
    if ((input[1] & 8) != 0) {
      query = query.withAfter(RunId.of("run-" + (input[4] & 0x7f)));
    }
    var labels = new HashMap<String, String>();
    for (int i = 1; i + 1 < texts.size(); i += 2) {
      labels.put(texts.get(i), texts.get(i + 1));
    }
    return query.withLabels(labels);
  }

  private static EnumSet<RunStatus> statuses(int bits) {
    var some = EnumSet.noneOf(RunStatus.class);
    for (int i = 0; i < STATUSES.size(); i++) {
      if ((bits & (1 << i)) != 0) {
        some.add(STATUSES.get(i));
      }
    }
    return some;
  }

  /// The texts of an input, as they are stored: not every string can be written as UTF-8.
  private static List<String> texts(byte[] input) {
    var all = new String(input, 5, input.length - 5, StandardCharsets.ISO_8859_1);
    return List.of(all.split("\u00ff", 9)).stream()
        .map(text -> text.getBytes(StandardCharsets.ISO_8859_1))
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
        .toList();
  }

  static List<byte[]> samples() {
    return TEXTS.stream()
        .map(text -> "0\u0000\u0003\u0005\u0001" + text + "#" + text + "#" + text)
        .map(text -> text.getBytes(StandardCharsets.UTF_8))
        .map(QueryFuzz::separated)
        .toList();
  }

  private static byte[] separated(byte[] text) {
    for (int i = 0; i < text.length; i++) {
      text[i] = text[i] == '#' ? (byte) 0xff : text[i];
    }
    return text;
  }

  private static StepCommit commit(int number) {
    var text = TEXTS.get(number % TEXTS.size());
    var status = STATUSES.get(number % STATUSES.size());
    var header =
        new RunHeader(
            RunId.of("run-" + number),
            text,
            status,
            "",
            1,
            1,
            CREATED,
            CREATED,
            number % 3 == 0 ? Optional.of(CREATED.plusMillis(number)) : Optional.empty(),
            Map.of(text, TEXTS.get(number / 3 % TEXTS.size()), "n", "" + number % 2),
            "{}");
    return new StepCommit(header, List.of(), List.of(), true, List.of());
  }

  @Override
  public void close() {
    store.close();
  }
}
