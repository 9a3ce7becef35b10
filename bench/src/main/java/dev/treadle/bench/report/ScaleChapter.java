package dev.treadle.bench.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/// How time, heap and store grow with the work, by decades.
final class ScaleChapter {
  private final List<Point> points;
  private final Map<String, String> pictures;

  ScaleChapter(List<Point> points, Map<String, String> pictures) {
    this.points = points;
    this.pictures = pictures;
  }

  String text() {
    if (points.isEmpty()) {
      return "";
    }
    var text =
        new StringBuilder(
            """
            ## Scale

            Each row is one piece of work, after a smaller one of the same kind as warm-up. Heap is
            what is in use after a collection at the widest point, beyond what was before; stored is
            the size of the store's files at the end, with what finished runs leave; written is what
            the process gave to the operating system meanwhile.

            """);
    text.append(
        Text.row(
            List.of(
                "what grows", "size", "store", "time", "per unit", "heap", "stored", "written")));
    text.append("|---|---:|---|---:|---:|---:|---:|---:|\n");
    points.forEach(point -> text.append(row(point)));
    text.append(perCommit());
    text.append("\n### Fitted growth\n\n");
    text.append(
        """
        The exponent of the power law that fits the sizes best: 1 grows in proportion to the size,
        0 not at all. In parentheses how much of the variation the fit explains.

        """);
    text.append(Text.row(List.of("what grows", "store", "time", "heap", "stored")));
    text.append("|---|---|---:|---:|---:|\n");
    byLine().forEach((line, of) -> text.append(fit(of)));
    pictures.put("scale.svg", LinePlot.svg("Time against size", "ms", lines()));
    return text.append("\n![Time against size](benchmarks/scale.svg)\n\n").toString();
  }

  /// Bytes on disk per step commit, of the largest number of concurrent runs on each store.
  private String perCommit() {
    var largest = new LinkedHashMap<String, Point>();
    points.stream()
        .filter(p -> p.dimension().equals("concurrent runs") && p.storedBytes() > 0)
        .forEach(p -> largest.put(p.store(), p));
    if (largest.isEmpty()) {
      return "";
    }
    var text =
        new StringBuilder(
            """

            ### Bytes on disk per step commit

            Runs of ten steps with parcels of about 200 bytes of JSON, eleven commits each: what the
            store holds at the end, and what was written on the way.

            | store | runs | held per commit | written per commit |
            |---|---:|---:|---:|
            """);
    largest
        .values()
        .forEach(p ->
            text.append(
                Text.row(
                    List.of(
                        p.store(),
                        "%,d".formatted(p.size()),
                        bytes(p.storedBytes() / p.units()),
                        p.writtenBytes() < 0 ? "" : bytes(p.writtenBytes() / p.units())))));
    return text.toString();
  }

  private static String row(Point p) {
    return Text.row(
        List.of(
            p.dimension(),
            "%,d".formatted(p.size()),
            p.store(),
            time(p.nanos()),
            time(p.nanos() / p.units()),
            bytes(p.heapBytes()),
            bytes(p.storedBytes()),
            bytes(p.writtenBytes())));
  }

  private static String time(double nanos) {
    return Text.time(new Spread(nanos, nanos, nanos));
  }

  private static String bytes(long bytes) {
    if (bytes < 0) {
      return "";
    }
    double kilo = 1 << 10;
    return bytes < 10 * kilo
        ? bytes + " B"
        : bytes < 10 * kilo * kilo
            ? Spread.show(bytes / kilo) + " KiB"
            : Spread.show(bytes / (kilo * kilo)) + " MiB";
  }

  private Map<String, List<Point>> byLine() {
    return points.stream()
        .collect(
            Collectors.groupingBy(
                p -> p.dimension() + ", " + p.store(), LinkedHashMap::new, Collectors.toList()));
  }

  private static String fit(List<Point> line) {
    return Text.row(
        List.of(
            line.getFirst().dimension(),
            line.getFirst().store(),
            growth(line, Point::nanos),
            growth(line, Point::heapBytes),
            growth(line, Point::storedBytes)));
  }

  private static String growth(List<Point> line, ToDoubleFunction<Point> value) {
    var pairs =
        line.stream()
            .filter(p -> value.applyAsDouble(p) > 0)
            .map(p -> new Growth.Pair(p.size(), value.applyAsDouble(p)))
            .toList();
    if (pairs.stream().map(Growth.Pair::size).distinct().count() < 2) {
      return "";
    }
    var growth = Growth.of(pairs);
    return "%.2f (%.2f)".formatted(growth.exponent(), growth.determination());
  }

  private List<LinePlot.Line> lines() {
    var lines = new ArrayList<LinePlot.Line>();
    byLine()
        .forEach((name, of) ->
            lines.add(
                new LinePlot.Line(
                    name,
                    of.stream().map(p -> new Growth.Pair(p.size(), p.nanos() / 1e6)).toList())));
    return lines;
  }
}
