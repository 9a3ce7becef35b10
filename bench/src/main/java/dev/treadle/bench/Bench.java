package dev.treadle.bench;

import dev.treadle.bench.report.Compare;
import dev.treadle.bench.report.Page;
import dev.treadle.bench.report.Point;
import dev.treadle.bench.report.Results;
import dev.treadle.bench.report.ResultsFile;
import dev.treadle.bench.scale.Scale;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/// Measures a selection and writes what came out: `mvn -q -Pbench`.
///
/// A whole selection goes to `bench/results/latest.json` and `docs/benchmarks.md`; what a regular
/// expression has picked goes below `bench/target/bench`, for it is not the whole; so does `smoke`,
/// which runs everything so briefly that the figures mean nothing.
public final class Bench {
  private static final String SMOKE = "smoke";

  private final PrintStream log;
  private final Path home;
  private final String selection;
  private final String include;

  private Bench(PrintStream log, Map<String, String> options) {
    this.log = log;
    this.home = Path.of(options.getOrDefault("home", "")).toAbsolutePath().normalize();
    this.selection = options.getOrDefault("selection", "quick");
    this.include = options.getOrDefault("include", "");
  }

  /// Measures.
  ///
  /// @param args `--selection=quick`, `full` or `smoke`, `--include=` a regular expression over
  ///   `Class.method`, `--home=` the project's folder
  /// @throws IOException if something can't be read or written
  /// @throws InterruptedException if interrupted
  public static void main(String[] args) throws IOException, InterruptedException {
    var options = new HashMap<String, String>();
    for (var arg : args) {
      int equals = arg.indexOf('=');
      if (!arg.startsWith("--") || equals < 0) {
        throw new IllegalArgumentException("an option is --name=value, was " + arg);
      }
      options.put(arg.substring(2, equals), arg.substring(equals + 1));
    }
    var bench = new Bench(System.out, options);
    if (bench.selection.equals("compare")) {
      bench.compare(Path.of(options.get("first")), Path.of(options.get("second")));
    } else {
      bench.run();
    }
  }

  /// For `bench/compare`, which lets Maven find the JDK and the class path.
  private void compare(Path first, Path second) throws IOException {
    int status = Compare.status(first, second, log);
    Files.writeString(home.resolve("bench/target/compare.status"), Integer.toString(status));
  }

  private void run() throws IOException, InterruptedException {
    var begun = Instant.now();
    var work = home.resolve("bench/target/bench");
    Files.createDirectories(work);
    var parts = parts();
    if (parts.isEmpty() && !"Scale".matches(include)) {
      throw new IllegalArgumentException("no benchmark matches " + include);
    }
    log.printf("Measuring %s; leave the machine alone meanwhile.%n", name());
    var commit = Survey.commit(home);
    var rounds = new Rounds(log, work);
    parts.forEach(rounds::measure);
    var points = scale(work, rounds);
    var results =
        new Results(
            Results.VERSION,
            begun.truncatedTo(ChronoUnit.SECONDS).toString(),
            commit,
            name(),
            parts.stream().mapToInt(Part::rounds).max().orElse(0),
            Survey.machine(work),
            rounds.figures(),
            points,
            rounds.failures());
    write(results, work);
    log.printf("Took %d s.%n", Duration.between(begun, Instant.now()).toSeconds());
  }

  /// Runs [Scale] in a JVM of its own, as forks are.
  private List<Point> scale(Path work, Rounds rounds) throws IOException, InterruptedException {
    if (!include.isEmpty() && !"Scale".matches(include)) {
      return List.of();
    }
    log.println("  Scale");
    var points = work.resolve("points.json");
    Files.deleteIfExists(points);
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(Rounds.FLAGS);
    command.add(Folders.property(work));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(Scale.class.getName(), selection, points.toString()));
    int status = new ProcessBuilder(command).inheritIO().start().waitFor();
    if (status != 0) {
      rounds.failures().add("Scale ended with status " + status);
      return List.of();
    }
    return List.of(JsonMapper.shared().readValue(Files.readString(points), Point[].class));
  }

  private List<Part> parts() {
    if (!include.isEmpty()) {
      var parts = Selection.matching(include);
      return selection.equals(SMOKE) ? Selection.brief(parts) : parts;
    }
    return switch (selection) {
      case "quick" -> Selection.quick();
      case "full" -> Selection.full();
      case SMOKE -> Selection.smoke();
      default ->
          throw new IllegalArgumentException("-Dbench is quick, full or smoke, was " + selection);
    };
  }

  private String name() {
    return include.isEmpty() ? selection : include;
  }

  private void write(Results results, Path work) throws IOException {
    boolean whole = include.isEmpty() && !selection.equals(SMOKE);
    var json = whole ? home.resolve("bench/results/latest.json") : work.resolve("results.json");
    var docs = whole ? home.resolve("docs") : work;
    ResultsFile.write(json, results);
    new Page(results, Selection.ALL).write(docs);
    log.printf("%s%n%s%n", json, docs.resolve(Page.NAME));
    results.failures().forEach(failure -> log.printf("FAILED: %s%n", failure));
  }
}
