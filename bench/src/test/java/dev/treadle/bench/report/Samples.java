package dev.treadle.bench.report;

import java.util.List;
import java.util.Map;

/// Results that were never measured.
final class Samples {
  private Samples() {}

  static Figure figure(String group, String subject, Map<String, String> params, Double... nanos) {
    return new Figure(group, subject, params, "step", List.of(nanos), List.of(48.0));
  }

  static Figure bytes(Figure figure, Double... bytes) {
    return new Figure(
        figure.group(),
        figure.subject(),
        figure.params(),
        figure.unit(),
        figure.nanos(),
        List.of(bytes));
  }

  static Results results(List<Figure> figures, List<Point> points) {
    return new Results(
        Results.VERSION,
        "2026-01-01T00:00:00Z",
        "0123abc",
        "quick",
        3,
        new Machine("a processor", 2, 8L << 30, "an os", "a file system", "a JVM", "-Xmx1g"),
        figures,
        points,
        List.of());
  }

  static Results results(Figure... figures) {
    return results(List.of(figures), List.of());
  }
}
