package dev.treadle.bench.report;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// What Treadle is to achieve.
final class Targets {
  private static final String CHAIN = "ChainBenchmark";
  private static final String FORK = "ForkBenchmark";
  private static final String SLEEP = "SleepBenchmark";
  private static final String COMMIT = "CommitBenchmark";
  private static final String PEERS = "DurablePeersBenchmark";
  private static final String QUEUE = "QueueLengthBenchmark";
  private static final String SQL = "rawSqlite";
  private static final String OURS = "treadle";
  private static final Map<String, String> LONG = Map.of("steps", "1000");
  private static final Map<String, String> SHORT = Map.of("steps", "10");
  private static final Map<String, String> LARGE = Map.of("items", "100000");
  private static final int SHORT_STEPS = 10;

  static final List<Target> ALL =
      List.of(
          atMost(
              "chain of 1,000: time over the hand-written `ArrayDeque` loop",
              1.5,
              "at most 1.5",
              ratio(CHAIN, OURS, LONG, "arrayDeque", LONG)),
          atMost(
              "chain of 1,000: bytes per step, boxing included",
              80,
              "at most 80",
              results -> bytes(results, CHAIN, OURS, LONG)),
          atLeast(
              "chain of 1,000: LangGraph4j's time over ours",
              200,
              "at least 200",
              ratio(CHAIN, "langGraph4j", LONG, OURS, LONG)),
          atLeast(
              "chain of 1,000: LiteFlow's time over ours",
              20,
              "at least 20",
              ratio(CHAIN, "liteFlow", LONG, OURS, LONG)),
          atLeast(
              "chain of 1,000: ParSeq's time over ours",
              15,
              "at least 15",
              ratio(CHAIN, "parSeq", LONG, OURS, LONG)),
          atMost(
              "one run of 10 steps, call to return: ns beyond ten steps of the long chain",
              1_000,
              "at most 1,000",
              Targets::beyondTheChain),
          atLeast(
              "fork of 100,000 with a join: one virtual thread per item, time over ours",
              3,
              "at least 3",
              ratio(FORK, "virtualThreads", LARGE, OURS, LARGE)),
          atMost(
              "fork of 100,000 with a join: bytes per item beyond the payload (the loop's bytes)",
              120,
              "at most 120",
              Targets::forkBytes),
          atMost(
              "10,000 items sleeping 10 ms: time over one virtual thread per item",
              1.5,
              "at most 1.5",
              ratio(SLEEP, OURS, Map.of(), "virtualThreads", Map.of())),
          commit("file", "1", "rawAppend", Map.of("batch", "1"), 1.25, "append and force"),
          commit("sqliteFull", "1", SQL, full("1"), 1.25, "a transaction of the same SQL"),
          commit("sqliteFull", "1000", SQL, full("256"), 2, "the same SQL, 256 to a transaction"),
          commit("file", "1000", "rawAppend", Map.of("batch", "256"), 3, "append, 256 to a force"),
          peer("dbos", "DBOS on PostgreSQL"),
          peer("dbScheduler", "db-scheduler on PostgreSQL"),
          queue("file"),
          queue("sqliteFull"),
          context("file"),
          context("sqliteFull"));

  private Targets() {}

  private static Map<String, String> full(String batch) {
    return Map.of("batch", batch, "synchronous", "FULL");
  }

  private static Target commit(
      String store,
      String runs,
      String raw,
      Map<String, String> rawParams,
      double limit,
      String rival) {
    return atMost(
        "durable, runs at once: " + runs + ", per commit: " + store + " over " + rival,
        limit,
        "at most " + Spread.show(limit),
        ratio(COMMIT, OURS, Map.of("store", store, "runs", runs), raw, rawParams));
  }

  /// Peers that force each step, against the store that forces each commit in a database too.
  private static Target peer(String subject, String name) {
    var runs = Map.of("runs", "1000");
    return atLeast(
        "durable, runs at once: 1000, per step: " + name + " over sqliteFull",
        10,
        "at least 10",
        ratio(PEERS, subject, runs, OURS, Map.of("store", "sqliteFull", "runs", "1000")));
  }

  private static Target queue(String store) {
    return atMost(
        "cost of a commit at queue length 100,000 over length 1, " + store,
        1.2,
        "at most 1.2",
        ratio(
            QUEUE,
            OURS,
            Map.of("store", store, "queue", "100000"),
            OURS,
            Map.of("store", store, "queue", "1")));
  }

  private static Target context(String store) {
    return atMost(
        "bytes written per merged delta of 50 bytes, context of 1 MB over 1 KB, " + store,
        1.2,
        "at most 1.2",
        results ->
            written(results, store, 1_000_000)
                .flatMap(large -> written(results, store, 1_000).map(small -> large / small))
                .map(ratio -> new Spread(ratio, ratio, ratio)));
  }

  private static Optional<Double> written(Results results, String store, long size) {
    return results.points().stream()
        .filter(p -> p.dimension().equals("bytes of the context"))
        .filter(p -> p.store().equals(store) && p.size() == size && p.writtenBytes() > 0)
        .map(p -> (double) p.writtenBytes() / p.units())
        .findFirst();
  }

  private static Target atMost(
      String figure, double limit, String text, Function<Results, Optional<Spread>> measure) {
    return new Target(figure, text, limit, true, measure);
  }

  private static Target atLeast(
      String figure, double limit, String text, Function<Results, Optional<Spread>> measure) {
    return new Target(figure, text, limit, false, measure);
  }

  private static Function<Results, Optional<Spread>> ratio(
      String group,
      String one,
      Map<String, String> oneParams,
      String other,
      Map<String, String> otherParams) {
    return results ->
        results
            .figure(group, one, oneParams)
            .flatMap(a -> results.figure(group, other, otherParams).map(a::over));
  }

  private static Optional<Spread> bytes(
      Results results, String group, String subject, Map<String, String> params) {
    return results.figure(group, subject, params).map(Figure::allocated);
  }

  private static Optional<Spread> beyondTheChain(Results results) {
    return results
        .figure(CHAIN, OURS, SHORT)
        .flatMap(brief ->
            results
                .figure(CHAIN, OURS, LONG)
                .map(chain -> difference(brief.time(), chain.time().median(), SHORT_STEPS)));
  }

  private static Optional<Spread> forkBytes(Results results) {
    return bytes(results, FORK, OURS, LARGE)
        .flatMap(ours ->
            bytes(results, FORK, "loop", LARGE)
                .map(payload -> difference(ours, payload.median(), 1)));
  }

  private static Spread difference(Spread one, double less, int times) {
    return new Spread(
        (one.median() - less) * times, (one.low() - less) * times, (one.high() - less) * times);
  }
}
