package dev.treadle.executor;

import dev.treadle.RunId;
import dev.treadle.TreadleException;
import dev.treadle.executor.spi.CheckpointStore;
import dev.treadle.executor.spi.Entry;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/// Runs random graphs on a store that breaks again and again, each run going on each time with what
/// was durable.
final class RandomBreaks {
  private static final RunId RUN = RunId.of("run");

  private final String module;
  private final Class<?> test;
  private final Supplier<CheckpointStore> opener;
  private final int writes;
  private int deaths;

  /// @param module where the test is
  /// @param test who asks
  /// @param opener opens the store, which is empty at first and has been closed in between
  /// @param writes how many writes succeed on the average before the store breaks
  RandomBreaks(String module, Class<?> test, Supplier<CheckpointStore> opener, int writes) {
    this.module = module;
    this.test = test;
    this.opener = opener;
    this.writes = writes;
  }

  /// How often the store has broken.
  int deaths() {
    return deaths;
  }

  /// How a random graph comes to something else than its reference tells, with the way to see it
  /// again.
  Optional<String> difference(long seed, int size, int parallelism) throws InterruptedException {
    return told(seed, size, parallelism)
        .map(difference ->
            """
            at parallelism %d: %s
            replay: mvn test -pl %s -am -Dsurefire.failIfNoSpecifiedTests=false -Dtest=%s \
            -Dtreadle.seed=%d -Dtreadle.graphs=1 -Dtreadle.size=%d\
            """
                .formatted(parallelism, difference, module, test.getSimpleName(), seed, size));
  }

  private Optional<String> told(long seed, int size, int parallelism) throws InterruptedException {
    var random = new SplittableRandom(seed);
    var one = RandomGraphs.make(seed, size);
    var time = new ManualTime();
    var pace = new RandomPace(time);
    var outgoing = pace.outgoing(one);
    Optional<ModelAccount> told = Optional.empty();
    for (int tries = 0; told.isEmpty(); tries++) {
      if (tries > RandomGraphs.BOUND * 2) {
        return Optional.of("the run does not get on");
      }
      var store =
          FaultyStore.over(opener.get())
              .unknown(1 + random.nextInt(1, 2 * writes + tries), random.nextBoolean());
      told = attempt(one, store, parallelism, new Pacing(time, pace, outgoing));
      outgoing.died(value -> hasStored(store, value));
    }
    var account = told.get();
    try (var last = opener.get()) {
      var context = ModelRuns.context(last.entries(RUN, -1, Integer.MAX_VALUE));
      return one.expectation()
          .difference(
              new ModelAccount(
                  account.verdict(),
                  account.outputs(),
                  context,
                  one.expectation().all().gathered(),
                  one.expectation().all().answers()));
    }
  }

  /// Whether a signal's value was written though nobody was told.
  private static boolean hasStored(FaultyStore store, RandomToken value) {
    var text = Long.toString(value.value());
    return store.untold().stream()
        .flatMap(commit -> commit.puts().stream())
        .filter(entry -> entry.kind() == Entry.Kind.SIGNAL)
        .anyMatch(entry -> new String(entry.payload(), StandardCharsets.UTF_8).contains(text));
  }

  private record Pacing(ManualTime time, RandomPace pace, RandomOutgoing outgoing) {}

  /// Runs until the store breaks, or to the end.
  private Optional<ModelAccount> attempt(
      RandomGraphs.Case one, FaultyStore store, int parallelism, Pacing pacing)
      throws InterruptedException {
    var builder =
        WorkflowExecutor.builder()
            .store(store)
            .parallelism(parallelism)
            .time(pacing.time)
            .threads(pacing.pace);
    try (var executor = builder.build()) {
      var handle = executor.start(one.workflow(), one.input(), RUN);
      var result = pacing.pace.pass(executor, handle, pacing.outgoing);
      return Optional.of(
          new ModelAccount(
              ModelAccount.verdict(result),
              List.copyOf(handle.outputs()),
              RandomTally.ZERO,
              List.of(),
              List.of()));
    } catch (TreadleException e) {
      deaths++;
      return Optional.empty();
    }
  }
}
