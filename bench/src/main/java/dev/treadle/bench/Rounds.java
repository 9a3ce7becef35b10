package dev.treadle.bench;

import dev.treadle.bench.report.Figure;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/// Measures the parts of a selection: in each round every benchmark of a part is forked once, so
/// that what disturbs the machine for a while disturbs all of them.
final class Rounds {
  static final List<String> FLAGS =
      List.of("--enable-native-access=ALL-UNNAMED", "-Xms1g", "-Xmx2g", "-XX:+UseG1GC");

  private static final String BYTES = "gc.alloc.rate.norm";
  private static final double NANOS_PER_SECOND = 1e9;

  private final PrintStream log;
  private final Path folder;
  private final Map<String, Samples> samples = new LinkedHashMap<>();
  private int runs;
  private final List<String> failures = new ArrayList<>();

  /// @param log where progress is told
  /// @param folder where JMH's own output goes, and the stores' files while measuring
  Rounds(PrintStream log, Path folder) {
    this.log = log;
    this.folder = folder;
  }

  private record Samples(Figure first, List<Double> nanos, List<Double> bytes) {}

  /// Measures a part.
  void measure(Part part) {
    for (int round = 1; round <= part.rounds(); round++) {
      log.printf("  %s, round %d of %d%n", part.group().getSimpleName(), round, part.rounds());
      var output = folder.resolve("%03d-%s.log".formatted(++runs, part.group().getSimpleName()));
      var seen = new TreeSet<String>();
      try {
        for (var result : new Runner(options(part, output)).run()) {
          seen.add(add(part.group(), result));
        }
      } catch (RunnerException e) {
        fail(part.group().getSimpleName() + ": " + e.getMessage(), output);
      }
      subjects(part).stream()
          .filter(subject -> !seen.contains(subject))
          .forEach(subject ->
              fail(part.group().getSimpleName() + "." + subject + " gave no result", output));
    }
  }

  /// A fork that fails is left out by JMH, silently but for its output.
  private void fail(String what, Path output) {
    if (!failures.contains(what)) {
      failures.add(what);
    }
    log.printf("    FAILED: %s; see %s%n", what, output);
  }

  private static List<String> subjects(Part part) {
    return Stream.of(part.group().getMethods())
        .filter(method -> method.isAnnotationPresent(Benchmark.class))
        .map(Method::getName)
        .filter(name -> name.matches(part.subjects()))
        .toList();
  }

  private Options options(Part part, Path output) {
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include(part.include())
            .forks(1)
            .warmupForks(0)
            .warmupIterations(part.warmups())
            .warmupTime(TimeValue.milliseconds(part.millis()))
            .measurementIterations(part.iterations())
            .measurementTime(TimeValue.milliseconds(part.millis()))
            .jvmArgsAppend(flags()) // a second call would replace the first
            .timeout(TimeValue.minutes(5))
            .output(output.toString())
            .addProfiler(GCProfiler.class)
            .shouldDoGC(true)
            .shouldFailOnError(false)
            .verbosity(VerboseMode.NORMAL);
    part.params().forEach((name, values) -> options.param(name, values.toArray(String[]::new)));
    return options.build();
  }

  private String[] flags() {
    return Stream.concat(FLAGS.stream(), Stream.of(Folders.property(folder)))
        .toArray(String[]::new);
  }

  private String add(Class<?> group, RunResult result) {
    var about = group.getAnnotation(About.class);
    var name = result.getParams().getBenchmark();
    var params = params(result.getParams());
    double units = units(about, params);
    double nanos = result.getPrimaryResult().getScore() * nanosPerUnit(result.getParams());
    var bytes = result.getSecondaryResults().get(BYTES);
    var figure =
        new Figure(
            group.getSimpleName(),
            name.substring(name.lastIndexOf('.') + 1),
            params,
            about.unit(),
            List.of(nanos / units),
            List.of());
    var known =
        samples.computeIfAbsent(
            figure.key(), _ -> new Samples(figure, new ArrayList<>(), new ArrayList<>()));
    known.nanos().add(nanos / units);
    if (bytes != null && !Double.isNaN(bytes.getScore())) {
      known.bytes().add(bytes.getScore() / units);
    }
    log.printf("    %-70s %,14.1f ns/%s%n", figure.key(), nanos / units, about.unit());
    return figure.subject();
  }

  private static Map<String, String> params(BenchmarkParams from) {
    var params = new TreeMap<String, String>();
    from.getParamsKeys().forEach(key -> params.put(key, from.getParam(key)));
    return params;
  }

  private static double nanosPerUnit(BenchmarkParams params) {
    return NANOS_PER_SECOND / params.getTimeUnit().convert(1, TimeUnit.SECONDS);
  }

  /// How many units of work an invocation does.
  static double units(About about, Map<String, String> params) {
    double units = about.each();
    for (var name : about.by()) {
      units *= Double.parseDouble(params.getOrDefault(name, "1"));
    }
    return units;
  }

  /// What was measured.
  List<Figure> figures() {
    return samples.values().stream()
        .map(known ->
            new Figure(
                known.first().group(),
                known.first().subject(),
                known.first().params(),
                known.first().unit(),
                known.nanos(),
                known.bytes()))
        .toList();
  }

  /// What did not come to an end.
  List<String> failures() {
    return failures;
  }
}
