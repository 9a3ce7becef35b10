package dev.treadle.bench.report;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A whole measurement, as `bench/results/latest.json` holds it.
///
/// @param version of this form of results
/// @param date when it began, as ISO 8601
/// @param commit of the sources, with `+` at the end if they had been changed since
/// @param selection `quick`, `full` or a regular expression
/// @param rounds how many forks each figure has, at most
/// @param machine where
/// @param figures what the benchmarks took
/// @param points how the work grows
/// @param failures benchmarks that did not come to an end, with the reason
public record Results(
    int version,
    String date,
    String commit,
    String selection,
    int rounds,
    Machine machine,
    List<Figure> figures,
    List<Point> points,
    List<String> failures) {
  /// The present form.
  public static final int VERSION = 1;

  /// Copies the lists.
  public Results {
    figures = List.copyOf(figures);
    points = List.copyOf(points);
    failures = List.copyOf(failures);
    if (version != VERSION) {
      throw new IllegalArgumentException(
          "results of form " + version + "; this program reads form " + VERSION);
    }
  }

  /// Finds a figure.
  ///
  /// @param group the class of benchmarks
  /// @param subject the method
  /// @param params the values that it must have; others may be anything
  /// @return the first, or empty if it was not measured
  public Optional<Figure> figure(String group, String subject, Map<String, String> params) {
    return figures.stream()
        .filter(figure -> figure.group().equals(group) && figure.subject().equals(subject))
        .filter(figure -> figure.params().entrySet().containsAll(params.entrySet()))
        .findFirst();
  }
}
