package dev.treadle.checkpoint.file;

import dev.treadle.RunId;
import dev.treadle.RunStatus;
import dev.treadle.executor.MemoryCheckpointStore;
import dev.treadle.executor.spi.Entry;
import dev.treadle.executor.spi.IdRange;
import dev.treadle.executor.spi.Retention;
import dev.treadle.executor.spi.RunHeader;
import dev.treadle.executor.spi.StepCommit;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntSupplier;

/// Random work for a store: a few runs that grow, end, are deleted and begin anew, with commits in
/// parts and commits of several runs, and openings in between. What the store must show after each
/// change is known from a model. The same seed gives the same work.
final class Workload {
  private static final int SLOTS = 5;
  private static final Duration KEPT = Duration.ofMinutes(6);
  private static final List<RunStatus> UNFINISHED =
      List.of(RunStatus.RUNNING, RunStatus.WAITING, RunStatus.FAILING, RunStatus.FAILED);

  private final long seed;
  private final Random random;
  private final int longest;
  private final MemoryCheckpointStore model = MemoryCheckpointStore.create();
  private final int[] generations = new int[SLOTS];
  private final List<Change> changes = new ArrayList<>();
  private final List<Image> images = new ArrayList<>();

  private Workload(long seed, int longest) {
    this.seed = seed;
    this.random = new Random(seed);
    this.longest = longest;
  }

  /// Work of so many changes.
  ///
  /// @param longest the length of the longest payloads
  static Workload of(long seed, int size, int longest) {
    var work = new Workload(seed, longest);
    work.images.add(Image.of(work.model));
    while (work.changes.size() < size) {
      work.changes.add(work.next());
      work.images.add(Image.of(work.model));
    }
    return work;
  }

  List<Change> changes() {
    return changes;
  }

  int size() {
    return changes.size();
  }

  /// What is to be seen after so many changes.
  Image after(int made) {
    return images.get(made);
  }

  /// Finished runs may be gone that were updated before this time, after so many changes.
  Instant keptFrom(int made) {
    return time(made).minus(KEPT);
  }

  /// Options for a store that work is done on.
  ///
  /// @param made how many changes have been made
  static FileOptions options(IntSupplier made) {
    return FileOptions.defaults()
        .withRetention(Retention.during(KEPT))
        .withClock(() -> time(made.getAsInt()));
  }

  private static Instant time(int made) {
    return Journals.CREATED.plus(Duration.ofMinutes(made));
  }

  @Override
  public String toString() {
    return "workload %d of %d changes, payloads up to %d".formatted(seed, size(), longest);
  }

  // --- how it is made

  private Change next() {
    int slot = random.nextInt(SLOTS);
    return switch (random.nextInt(24)) {
      case 0 -> delete(slot);
      case 1 -> discard(run(slot));
      case 2 -> new Change.Close();
      case 3 -> new Change.Die();
      case 4 -> model.find(run(slot)).isPresent() ? part(slot) : append(batch(slot));
      default -> append(batch(slot));
    };
  }

  private RunId run(int slot) {
    return RunId.of("run-" + slot + "." + generations[slot]);
  }

  private Change delete(int slot) {
    var run = run(slot);
    model.delete(run);
    generations[slot] += random.nextInt(2);
    return new Change.Delete(run);
  }

  private Change discard(RunId run) {
    model.discardUnfinished(run);
    return new Change.Discard(run);
  }

  private Change append(List<StepCommit> batch) {
    return new Change.Append(batch, model.append(batch));
  }

  private Change part(int slot) {
    var stored = stored(slot);
    if (stored.isEmpty()) {
      return append(batch(slot));
    }
    long nextId = stored.get().nextId();
    var header = header(run(slot), stored, nextId + 2, RunStatus.RUNNING);
    return append(List.of(new StepCommit(header, List.of(), puts(nextId, 2), false, List.of())));
  }

  private List<StepCommit> batch(int slot) {
    var batch = new ArrayList<StepCommit>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      batch.add(commit((slot + i) % SLOTS));
    }
    if (batch.size() > 1 && random.nextInt(4) == 0) {
      var first = batch.getFirst();
      var rest = List.copyOf(batch.subList(1, batch.size()));
      return List.of(new StepCommit(first.header(), first.removes(), first.puts(), true, rest));
    }
    return batch;
  }

  private StepCommit commit(int slot) {
    var stored = stored(slot);
    long nextId = stored.map(RunHeader::nextId).orElse(0L);
    boolean ends = nextId > 2 && random.nextInt(9) == 0;
    var status = ends ? RunStatus.COMPLETED : UNFINISHED.get(random.nextInt(UNFINISHED.size()));
    int count = random.nextInt(1, 4);
    var puts = new ArrayList<>(puts(nextId, count));
    if (nextId > 0 && random.nextInt(3) == 0) {
      puts.add(entry(0));
    }
    var removes =
        nextId < 2 || random.nextInt(4) == 0
            ? List.<IdRange>of()
            : List.of(new IdRange(Math.max(1, nextId - 3), nextId - 1));
    var header = header(run(slot), stored, nextId + count, status);
    return new StepCommit(header, removes, puts, true, List.of());
  }

  /// The run of a slot; a finished one is followed by another.
  private Optional<RunHeader> stored(int slot) {
    var stored = model.find(run(slot));
    if (stored.isPresent() && stored.get().status().isFinal()) {
      generations[slot]++;
      return model.find(run(slot));
    }
    return stored;
  }

  private RunHeader header(RunId run, Optional<RunHeader> stored, long nextId, RunStatus status) {
    long sequence = stored.map(RunHeader::sequence).orElse(0L) + 1;
    boolean refused = random.nextInt(20) == 0;
    return new RunHeader(
        run,
        "work",
        status,
        "",
        refused ? sequence + 1 : sequence,
        nextId,
        Journals.CREATED,
        time(changes.size()),
        random.nextInt(3) == 0 ? Optional.of(time(changes.size() + 5)) : Optional.empty(),
        sequence == 1 ? Map.of("slot", run.value()) : Map.of(),
        "{\"n\":" + changes.size() + "}");
  }

  private List<Entry> puts(long from, int count) {
    var puts = new ArrayList<Entry>();
    for (int i = 0; i < count; i++) {
      puts.add(entry(from + i));
    }
    return puts;
  }

  private Entry entry(long id) {
    var payload = new byte[random.nextInt(1 + (random.nextInt(4) == 0 ? longest : longest / 8))];
    random.nextBytes(payload);
    return new Entry(id, Entry.Kind.ITEM, "step", 0, "", 0, payload, new byte[0]);
  }
}
