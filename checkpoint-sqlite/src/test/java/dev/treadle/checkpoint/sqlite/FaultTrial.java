package dev.treadle.checkpoint.sqlite;

import dev.treadle.RunId;
import dev.treadle.RunStatus;
import dev.treadle.executor.MemoryCheckpointStore;
import dev.treadle.executor.spi.CheckpointReader;
import dev.treadle.executor.spi.CheckpointStore;
import dev.treadle.executor.spi.CommitUnknownException;
import dev.treadle.executor.spi.Entry;
import dev.treadle.executor.spi.Retention;
import dev.treadle.executor.spi.RunHeader;
import dev.treadle.executor.spi.RunQuery;
import dev.treadle.executor.spi.StepCommit;
import dev.treadle.executor.spi.StoreException;
import dev.treadle.executor.spi.WriteRefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;

/// One piece of work done on a store whose driver fails, as an executor does it: what was refused
/// is tried again, after an unknown outcome the store is opened again and tells. After each failure
/// what is stored must be what was acknowledged, or that and the write whose outcome is unknown.
///
/// Used by one thread.
final class FaultTrial {
  /// How often a failure is met before the fault passes.
  private static final int PATIENCE = 2;

  private static final RunId A = RunId.of("a");

  /// How the store under test is opened.
  @FunctionalInterface
  interface Maker {
    CheckpointStore open(Path file, Driver driver);
  }

  private static final List<Function<CheckpointStore, Object>> WORK = work();
  private static final List<Map<RunHeader, List<Entry>>> STATES = states();

  private final Path file;
  private final Maker maker;
  private final FaultyDriver driver;
  private int secondFault;
  private int done;
  private boolean unknown;
  private int failures;

  /// @param secondFault how many operations after the first fault another comes, or 0
  FaultTrial(Path file, Maker maker, FaultyDriver driver, int secondFault) {
    this.file = file;
    this.maker = maker;
    this.driver = driver;
    this.secondFault = secondFault;
  }

  static SqliteCheckpointStore open(Path file, Driver driver) {
    var options =
        SqliteOptions.defaults().withRetention(Retention.last(0)).withClock(() -> Runs.CREATED);
    return SqliteCheckpointStore.open(file, options, driver, Path.of(file + ".lock"));
  }

  /// A database with some runs, the finished of which go with the first commits.
  static void template(Path file) {
    var keep = SqliteOptions.defaults().withRetention(Retention.all());
    try (var store = SqliteCheckpointStore.open(file, _ -> keep)) {
      store.append(seed());
    }
  }

  /// Does all the work, and fails if a promise is broken.
  ///
  /// @return how many failures were met
  int run(Path template) throws IOException {
    for (var suffix : List.of("", "-wal", "-shm")) {
      Files.deleteIfExists(Path.of(file + suffix));
    }
    Files.copy(template, file);
    while (done < WORK.size()) {
      try (var store = maker.open(file, driver)) {
        drive(store);
      } catch (StoreException e) { // of opening, or of closing, which loses nothing
        met(e);
      }
    }
    driver.heal();
    try (var store = open(file, Driver.real())) {
      audit(store, "at the end");
    }
    return failures;
  }

  private void drive(CheckpointStore store) {
    while (done < WORK.size()) {
      try {
        if (unknown) {
          decide(store);
        } else {
          step(store);
        }
      } catch (WriteRefusedException e) {
        met(e);
        audit("after a refusal");
      } catch (CommitUnknownException e) {
        met(e);
        unknown = true;
        return;
      } catch (StoreException e) { // of reading
        met(e);
      }
    }
  }

  private void step(CheckpointStore store) {
    var answer = WORK.get(done).apply(store);
    check(answer.equals(expected().get(done)), "the answer of " + done + " is " + answer);
    done++;
  }

  /// After an unknown outcome: the state tells whether the write took effect, and then it is
  /// refused another time.
  private void decide(CheckpointStore store) {
    var is = state(store);
    if (!same(is, STATES.get(done))) {
      check(same(is, STATES.get(done + 1)), "neither before nor after " + done + ": " + is);
      done++;
    }
    unknown = false;
  }

  private void met(StoreException e) {
    check(driver.hasFired(), "nothing was planted, but " + e);
    failures++;
    if (secondFault > 0) {
      driver.failNext(secondFault);
      secondFault = 0;
    } else if (failures >= PATIENCE) {
      driver.heal();
    }
  }

  /// What others see.
  private void audit(String when) {
    try (var reader = SqliteCheckpointStore.openReadOnly(file)) {
      audit(reader, when);
    }
  }

  private void audit(CheckpointReader reader, String when) {
    var is = state(reader);
    check(same(is, STATES.get(done)), when + ", with " + done + " acknowledged: " + is);
  }

  /// Finished runs may be gone, whole.
  private static boolean same(
      Map<RunHeader, List<Entry>> is, Map<RunHeader, List<Entry>> expected) {
    for (var run : expected.entrySet()) {
      var found = is.get(run.getKey());
      if (found == null ? !run.getKey().status().isFinal() : !found.equals(run.getValue())) {
        return false;
      }
    }
    return expected.keySet().containsAll(is.keySet());
  }

  private static Map<RunHeader, List<Entry>> state(CheckpointReader reader) {
    var state = new HashMap<RunHeader, List<Entry>>();
    for (var header : reader.list(RunQuery.all(100))) {
      state.put(header, reader.entries(header.id(), -1, 1000));
    }
    return state;
  }

  private void check(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(what + " (after " + failures + " failures)");
    }
  }

  private static List<Function<CheckpointStore, Object>> work() {
    var work = new ArrayList<Function<CheckpointStore, Object>>();
    work.add(store -> store.append(List.of(Runs.linear("a", 1), Runs.linear("b", 2))));
    work.add(store -> store.append(List.of(Runs.linear("a", 2), Runs.linear("c", 1))));
    work.add(store -> store.append(List.of(part(3), Runs.linear("b", 3))));
    work.add(store -> store.entries(A, -1, 10).size());
    work.add(store -> store.append(List.of(Runs.linear("a", 3, new byte[9_000]))));
    work.add(store -> store.append(List.of(together())));
    work.add(store -> store.append(List.of(Runs.linear("c", 9), Runs.linear("d", 2)))); // refused
    work.add(store -> store.delete(RunId.of("c")));
    work.add(store -> {
      store.discardUnfinished(A);
      return 0;
    });
    work.add(store -> store.append(List.of(end("b", 5), Runs.linear("a", 4))));
    return work;
  }

  private static StepCommit part(long sequence) {
    var header = Runs.header("a", sequence, sequence + 5, RunStatus.RUNNING);
    var entry = Runs.entry(sequence + 1, Entry.Kind.ITEM, "part");
    return new StepCommit(header, List.of(), List.of(entry), false, List.of());
  }

  private static StepCommit together() {
    var own = Runs.linear("b", 4);
    return new StepCommit(
        own.header(), own.removes(), own.puts(), true, List.of(Runs.linear("d", 1)));
  }

  private static StepCommit end(String run, long sequence) {
    var last = Runs.linear(run, sequence);
    var header = Runs.header(run, sequence, sequence, RunStatus.COMPLETED);
    return new StepCommit(header, last.removes(), last.puts(), true, List.of());
  }

  private static List<StepCommit> seed() {
    var large =
        IntStream.range(0, 300).mapToObj(n -> Runs.entry(n, Entry.Kind.OUTPUT, "x")).toList();
    return List.of(
        Runs.linear("b", 1),
        end("old-1", 1),
        new StepCommit(
            Runs.header("old-2", 1, 300, RunStatus.CANCELLED), List.of(), large, true, List.of()));
  }

  private static List<Object> expected() {
    return Expected.ANSWERS;
  }

  /// What a store without faults answers.
  private static final class Expected {
    static final List<Object> ANSWERS = answers();

    private static List<Object> answers() {
      var model = model();
      return WORK.stream().map(step -> step.apply(model)).toList();
    }
  }

  private static CheckpointStore model() {
    var model = MemoryCheckpointStore.create();
    model.append(seed());
    return model;
  }

  private static List<Map<RunHeader, List<Entry>>> states() {
    var states = new ArrayList<Map<RunHeader, List<Entry>>>();
    var model = model();
    states.add(state(model));
    for (var step : WORK) {
      var _ = step.apply(model);
      states.add(state(model));
    }
    return states;
  }
}
