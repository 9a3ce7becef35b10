package dev.treadle.bench.report;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;

/// Compares two measurements: `bench/compare A.json B.json`. Prints for each figure that both have
/// how many times as much it is in the second, and marks what is worse beyond the error: what the
/// best fork of the second needs is more than what the worst fork of the first needed.
public final class Compare {
  /// Threads that come and go make a few bytes more or less.
  private static final double BYTES_MARGIN = 1.02;

  private static final int WORSE_EXIT = 1;
  private static final int USAGE_EXIT = 2;

  private Compare() {}

  /// Compares; ends with 0 if nothing got worse, with 1 if something did, with 2 if it can't be
  /// told.
  ///
  /// @param args the file of the first measurement, and that of the second
  public static void main(String[] args) {
    if (args.length != 2) {
      System.err.println("usage: bench/compare A.json B.json");
      System.exit(USAGE_EXIT);
    }
    System.exit(status(Path.of(args[0]), Path.of(args[1]), System.out));
  }

  /// Compares and prints.
  ///
  /// @param first the file of the first measurement
  /// @param second that of the second
  /// @param out where to
  /// @return 0 if nothing got worse, 1 if something did, 2 if it can't be told
  public static int status(Path first, Path second, PrintStream out) {
    try {
      return print(ResultsFile.read(first), ResultsFile.read(second), out) == 0 ? 0 : WORSE_EXIT;
    } catch (IOException | JacksonException | IllegalArgumentException e) {
      out.println("can't compare: " + e.getMessage());
      return USAGE_EXIT;
    }
  }

  /// One number of one figure in two measurements.
  ///
  /// @param key what
  /// @param before in the first
  /// @param after in the second
  /// @param margin by how many times it may differ besides
  record Change(String key, Spread before, Spread after, double margin) {
    double ratio() {
      return after.median() / before.median();
    }

    boolean isWorse() {
      return after.low() > before.high() * margin;
    }

    boolean isBetter() {
      return after.high() * margin < before.low();
    }

    private String mark() {
      return isWorse() ? "WORSE" : isBetter() ? "better" : "";
    }
  }

  /// Prints the comparison.
  ///
  /// @return how many numbers got worse
  static long print(Results before, Results after, PrintStream out) {
    if (!before.machine().equals(after.machine())) {
      out.println("Measured on different machines or JVMs; the ratios of times mean little.");
    }
    out.printf("%-72s %14s %14s %8s%n", "", "first", "second", "times");
    var changes = changes(before, after);
    for (var change : changes) {
      out.printf(
          "%-72s %14s %14s %8s %s%n",
          change.key(),
          Spread.show(change.before().median()),
          Spread.show(change.after().median()),
          Spread.show(change.ratio()),
          change.mark());
    }
    lost(before, after).forEach(key -> out.printf("%-72s only in the first%n", key));
    lost(after, before).forEach(key -> out.printf("%-72s only in the second%n", key));
    long worse = changes.stream().filter(Change::isWorse).count();
    out.printf("%d of %d numbers are worse beyond the error.%n", worse, changes.size());
    return worse;
  }

  static List<Change> changes(Results before, Results after) {
    var old = byKey(before);
    return after.figures().stream()
        .filter(figure -> old.containsKey(figure.key()))
        .flatMap(figure -> changes(old.get(figure.key()), figure).stream())
        .toList();
  }

  private static List<Change> changes(Figure before, Figure after) {
    var time = new Change(after.key() + " [ns]", before.time(), after.time(), 1);
    var bytes =
        Optional.ofNullable(before.allocated())
            .flatMap(old ->
                Optional.ofNullable(after.allocated())
                    .map(now -> new Change(after.key() + " [B]", old, now, BYTES_MARGIN)));
    return bytes.map(change -> List.of(time, change)).orElse(List.of(time));
  }

  private static List<String> lost(Results from, Results to) {
    var there = byKey(to).keySet();
    return byKey(from).keySet().stream().filter(key -> !there.contains(key)).toList();
  }

  private static Map<String, Figure> byKey(Results results) {
    var map = new LinkedHashMap<String, Figure>();
    results.figures().forEach(figure -> map.put(figure.key(), figure));
    return map;
  }
}
