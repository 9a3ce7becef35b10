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
          CommitBenchmark.class,
          DurablePeersBenchmark.class);

  private Selection() {}

  /// About ten minutes: what the targets are about.
  static List<Part> quick() {
    return List.of(
        brief(ChainBenchmark.class).with("steps", "1000"),
        brief(ChainBenchmark.class).only("treadle|arrayDeque").with("steps", "10"),
        brief(ForkBenchmark.class).only("treadle|virtualThreads|loop").with("items", "100000"),
        brief(SleepBenchmark.class));
  }

  /// Everything; some hours.
  static List<Part> full() {
    return ALL.stream().map(Part::all).toList();
  }

  /// Everything, to see that it runs.
  static List<Part> smoke() {
    return brief(full());
  }

  /// The same, so short that the figures mean nothing.
  static List<Part> brief(List<Part> parts) {
    return parts.stream().map(part -> part.timed(2, 0, 1, 50)).toList();
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
              : Stream.of(Part.all(group).only(String.join("|", methods)));
        })
        .toList();
  }

  private static Part brief(Class<?> group) {
    return Part.all(group).timed(3, 3, 3, 500);
  }
}
