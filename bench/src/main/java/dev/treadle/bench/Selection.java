package dev.treadle.bench;

import dev.treadle.bench.dispatch.BroadcastBenchmark;
import dev.treadle.bench.dispatch.ChainBenchmark;
import dev.treadle.bench.dispatch.ConcurrentRunsBenchmark;
import dev.treadle.bench.dispatch.ForkBenchmark;
import dev.treadle.bench.dispatch.ForkPeersBenchmark;
import dev.treadle.bench.dispatch.LoopBenchmark;
import dev.treadle.bench.dispatch.SleepBenchmark;
import dev.treadle.bench.durable.CommitBenchmark;
import dev.treadle.bench.durable.DurablePeersBenchmark;
import dev.treadle.bench.durable.QueueLengthBenchmark;
import dev.treadle.bench.durable.StoreKind;
import dev.treadle.bench.serialization.CodecBenchmark;
import java.util.List;
import java.util.stream.Stream;

/// Which benchmarks are measured, and for how long.
final class Selection {
  static final List<Class<?>> ALL =
      List.of(
          ChainBenchmark.class,
          LoopBenchmark.class,
          BroadcastBenchmark.class,
          ForkBenchmark.class,
          ForkPeersBenchmark.class,
          SleepBenchmark.class,
          ConcurrentRunsBenchmark.class,
          CodecBenchmark.class,
          CommitBenchmark.class,
          DurablePeersBenchmark.class,
          QueueLengthBenchmark.class);

  private static final List<Class<?>> ON_STORES =
      List.of(CommitBenchmark.class, DurablePeersBenchmark.class, QueueLengthBenchmark.class);

  /// The stores that force every commit.
  private static final String[] FORCED = {"file", "sqliteFull"};

  private Selection() {}

  /// About ten minutes: what the targets are about.
  static List<Part> quick() {
    return List.of(
        brief(ChainBenchmark.class).with("steps", "1000"),
        brief(ChainBenchmark.class).only("treadle|arrayDeque").with("steps", "10"),
        brief(ForkBenchmark.class).only("treadle|virtualThreads|loop").with("items", "100000"),
        brief(SleepBenchmark.class),
        brief(CodecBenchmark.class).with("items", "100").timed(3, 2, 2, 500),
        stores(CommitBenchmark.class, FORCED)
            .with("runs", "1", "1000")
            .with("synchronous", "FULL")
            .timed(3, 2, 2, 500),
        stores(DurablePeersBenchmark.class, FORCED).with("runs", "1000").timed(3, 1, 2, 500),
        stores(QueueLengthBenchmark.class, FORCED)
            .with("queue", "1", "100000")
            .timed(3, 1, 2, 500));
  }

  /// Everything; some hours.
  static List<Part> full() {
    return ALL.stream().map(Selection::all).toList();
  }

  /// Everything, to see that it runs.
  static List<Part> smoke() {
    return brief(full());
  }

  /// The same, so short that the figures mean nothing.
  static List<Part> brief(List<Part> parts) {
    return parts.stream().map(Selection::brief).toList();
  }

  private static Part brief(Part part) {
    var brief = part.timed(2, 0, 1, 50);
    if (part.group().equals(QueueLengthBenchmark.class)) {
      return brief.with("queue", "1", "100");
    }
    return ON_STORES.contains(part.group()) ? brief.with("runs", "1", "100") : brief;
  }

  /// What a regular expression finds in `Class.method`, measured as in [#full].
  static List<Part> matching(String regex) {
    var pattern = java.util.regex.Pattern.compile(regex);
    return ALL.stream()
        .flatMap(group -> {
          var methods =
              Stream.of(group.getMethods())
                  .filter(method ->
                      method.isAnnotationPresent(org.openjdk.jmh.annotations.Benchmark.class))
                  .map(java.lang.reflect.Method::getName)
                  .filter(name -> pattern.matcher(group.getSimpleName() + "." + name).find())
                  .toList();
          return methods.isEmpty()
              ? Stream.<Part>empty()
              : Stream.of(all(group).only(String.join("|", methods)));
        })
        .toList();
  }

  /// On every store there is, also on those that JMH's annotations do not name.
  private static Part all(Class<?> group) {
    return stores(group, StoreKind.names());
  }

  private static Part stores(Class<?> group, String... names) {
    var part = Part.all(group);
    return ON_STORES.contains(group) ? part.with("store", names) : part;
  }

  private static Part brief(Class<?> group) {
    return Part.all(group).timed(3, 3, 3, 500);
  }
}
