package dev.treadle.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.RunId;
import dev.treadle.RunStatus;
import dev.treadle.executor.spi.CheckpointStore;
import dev.treadle.executor.spi.Entry;
import dev.treadle.executor.spi.IdRange;
import dev.treadle.executor.spi.RunHeader;
import dev.treadle.executor.spi.RunQuery;
import dev.treadle.executor.spi.StepCommit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

/// Random batches, good and bad ones, for a store and a model of it.
final class RandomWork {
  static final List<RunId> RUNS =
      IntStream.range(0, 6).mapToObj(i -> RunId.of("run-" + i)).toList();
  private static final int MANY = 10_000;

  private final Random random;

  RandomWork(long seed) {
    this.random = new Random(seed);
  }

  /// Makes the same change to both and compares the answers.
  void change(CheckpointStore store, CheckpointStore model) {
    var run = any(RUNS);
    switch (random.nextInt(8)) {
      case 0 -> assertThat(store.delete(run)).isEqualTo(model.delete(run));
      case 1 -> {
        store.discardUnfinished(run);
        model.discardUnfinished(run);
      }
      default -> {
        var batch = batch(model);
        assertThat(store.append(batch)).isEqualTo(model.append(batch));
      }
    }
  }

  static void compare(CheckpointStore store, CheckpointStore model, String when) {
    assertThat(store.list(RunQuery.all(MANY))).as(when).isEqualTo(model.list(RunQuery.all(MANY)));
    for (var run : RUNS) {
      assertThat(store.find(run)).as(when).isEqualTo(model.find(run));
      assertThat(store.entries(run, -1, MANY)).as(when).isEqualTo(model.entries(run, -1, MANY));
    }
  }

  private List<StepCommit> batch(CheckpointStore model) {
    var batch = new ArrayList<StepCommit>();
    for (int i = random.nextInt(1, 12); i > 0; i--) {
      var commit = commit(any(RUNS), model, batch);
      if (commit.last() && random.nextInt(6) == 0) {
        commit = Commits.together(commit, whole(any(RUNS), model), whole(any(RUNS), model));
      }
      batch.add(commit);
    }
    return batch;
  }

  private StepCommit commit(RunId run, CheckpointStore model, List<StepCommit> before) {
    if (random.nextInt(8) == 0 && model.find(run).isPresent()) {
      var header = header(run, model.find(run), 1);
      return Commits.part(header, item(header.nextId()));
    }
    var mine = before.stream().filter(commit -> commit.header().id().equals(run)).count();
    var stored = model.find(run);
    var header = header(run, stored, 1 + (int) mine);
    return new StepCommit(header, removes(stored), puts(header), true, List.of());
  }

  private StepCommit whole(RunId run, CheckpointStore model) {
    var header = header(run, model.find(run), 1);
    return Commits.whole(header, puts(header).toArray(Entry[]::new));
  }

  private RunHeader header(RunId run, Optional<RunHeader> stored, int steps) {
    var sequence = stored.map(RunHeader::sequence).orElse(0L) + steps;
    var nextId = stored.map(RunHeader::nextId).orElse(0L) + random.nextInt(4);
    var wrong = random.nextInt(10) == 0 ? random.nextInt(3) - 1 : 0;
    var header =
        Commits.header(
            run.value(),
            Math.max(1, sequence + wrong),
            nextId,
            "w" + random.nextInt(2),
            any(List.of(RunStatus.values())),
            random.nextBoolean() ? Map.of() : Map.of("k", "" + random.nextInt(3)));
    return random.nextBoolean()
        ? header
        : Commits.due(header, Commits.CREATED.plusMillis(random.nextInt(9)));
  }

  private List<IdRange> removes(Optional<RunHeader> stored) {
    var bound = stored.map(RunHeader::nextId).orElse(0L);
    if (bound == 0 || random.nextInt(3) == 0) {
      return List.of();
    }
    var first = random.nextLong(bound);
    return List.of(new IdRange(first, Math.min(bound - 1, first + random.nextInt(3))));
  }

  private List<Entry> puts(RunHeader header) {
    return random
        .longs(random.nextInt(4), 0, Math.max(1, header.nextId()))
        .distinct()
        .mapToObj(this::item)
        .toList();
  }

  private Entry item(long id) {
    var payload = new byte[random.nextInt(20)];
    random.nextBytes(payload);
    return Commits.item(id, payload);
  }

  private <T> T any(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }
}
