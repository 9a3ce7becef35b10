package dev.treadle.bench.report;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// A picture of how quantities grow, both axes logarithmic, a grid line for each decade.
final class LinePlot {
  private static final int LEFT = 70;
  private static final int TOP = 34;
  private static final int SIDE_X = 420;
  private static final int SIDE_Y = 360;
  private static final int LEGEND = 290;
  private static final int LINE = 18;
  private static final List<String> COLOURS =
      List.of(
          "#2266aa", "#cc5533", "#338844", "#885599", "#aa8800", "#118899", "#bb3377", "#666666");

  private LinePlot() {}

  /// One line.
  ///
  /// @param name for the legend
  /// @param pairs its points, all above zero, by size
  record Line(String name, List<Growth.Pair> pairs) {}

  private record Axis(int from, int to, int start, int length) {
    static Axis of(double low, double high, int start, int length) {
      int from = (int) Math.floor(Math.log10(low));
      return new Axis(from, Math.max((int) Math.ceil(Math.log10(high)), from + 1), start, length);
    }

    double at(double value) {
      return start + length * (Math.log10(value) - from) / (to - from);
    }
  }

  static String svg(String title, String unit, List<Line> lines) {
    var all = lines.stream().flatMap(line -> line.pairs().stream()).toList();
    var sizes = all.stream().mapToDouble(Growth.Pair::size).summaryStatistics();
    var values = all.stream().mapToDouble(Growth.Pair::value).summaryStatistics();
    var x = Axis.of(sizes.getMin(), sizes.getMax(), LEFT, SIDE_X);
    var y = Axis.of(values.getMin(), values.getMax(), TOP + SIDE_Y, -SIDE_Y);
    int width = LEFT + SIDE_X + LEGEND;
    int height = Math.max(TOP + SIDE_Y + 40, TOP + LINE * (lines.size() + 1));
    var svg = new StringBuilder();
    svg.append(
        """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" \
        font-family="sans-serif" font-size="11">
        <rect width="100%%" height="100%%" fill="#ffffff"/>
        <text x="8" y="20" font-size="14" fill="#222222">%s, %s</text>
        """
            .formatted(width, height, width, height, Text.xml(title), Text.xml(unit)));
    grid(svg, x, y);
    for (int i = 0; i < lines.size(); i++) {
      line(svg, lines.get(i), i, x, y);
    }
    return svg.append("</svg>\n").toString();
  }

  private static void grid(StringBuilder svg, Axis x, Axis y) {
    for (int decade = x.from(); decade <= x.to(); decade++) {
      double at = x.at(Math.pow(10, decade));
      segment(svg, at, TOP, at, TOP + SIDE_Y);
      label(svg, at, TOP + SIDE_Y + 16, "middle", decade);
    }
    for (int decade = y.from(); decade <= y.to(); decade++) {
      double at = y.at(Math.pow(10, decade));
      segment(svg, LEFT, at, LEFT + SIDE_X, at);
      label(svg, LEFT - 6, at + 4, "end", decade);
    }
  }

  private static void segment(StringBuilder svg, double x1, double y1, double x2, double y2) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#dddddd\"/>%n",
            x1,
            y1,
            x2,
            y2));
  }

  private static void label(StringBuilder svg, double x, double y, String anchor, int decade) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" fill=\"#222222\">%s</text>%n",
            x,
            y,
            anchor,
            decade < 0
                ? String.format(Locale.ROOT, "%." + -decade + "f", Math.pow(10, decade))
                : String.format(Locale.ROOT, "%,.0f", Math.pow(10, decade))));
  }

  private static void line(StringBuilder svg, Line line, int number, Axis x, Axis y) {
    var colour = COLOURS.get(number % COLOURS.size());
    var dashes = number < COLOURS.size() ? "" : " stroke-dasharray=\"5 3\"";
    var path =
        line.pairs().stream()
            .map(p -> String.format(Locale.ROOT, "%.1f,%.1f", x.at(p.size()), y.at(p.value())))
            .collect(Collectors.joining(" "));
    int row = TOP + LINE * (number + 1);
    int left = LEFT + SIDE_X + 16;
    svg.append(
        """
        <polyline points="%s" fill="none" stroke="%s" stroke-width="2"%s/>
        <line x1="%d" y1="%d" x2="%d" y2="%d" stroke="%s" stroke-width="2"%s/>
        <text x="%d" y="%d" fill="#222222">%s</text>
        """
            .formatted(
                path,
                colour,
                dashes,
                left,
                row - 4,
                left + 24,
                row - 4,
                colour,
                dashes,
                left + 30,
                row,
                Text.xml(line.name())));
  }
}
