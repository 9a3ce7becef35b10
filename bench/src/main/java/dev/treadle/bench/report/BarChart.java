package dev.treadle.bench.report;

import java.util.List;
import java.util.Locale;

/// A picture of figures beside each other: horizontal bars on a logarithmic scale, as what is
/// compared lies decades apart.
final class BarChart {
  private static final int WIDTH = 760;
  private static final int LABELS = 210;
  private static final int VALUES = 150;
  private static final int ROW = 24;
  private static final int TOP = 34;

  private BarChart() {}

  /// One bar.
  ///
  /// @param label who
  /// @param value how much; more than 0
  /// @param ours whether it is to stand out
  record Bar(String label, Spread value, boolean ours) {}

  static String svg(String title, String unit, List<Bar> bars) {
    double low = bars.stream().mapToDouble(bar -> bar.value().low()).min().orElse(1);
    double high = bars.stream().mapToDouble(bar -> bar.value().high()).max().orElse(1);
    double from = Math.floor(Math.log10(low)) - (exactPower(low) ? 1 : 0);
    double to = Math.max(Math.log10(high), from + 1);
    int height = TOP + ROW * bars.size() + 10;
    var svg = new StringBuilder();
    svg.append(
        """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" \
        font-family="sans-serif" font-size="12">
        <rect width="100%%" height="100%%" fill="#ffffff"/>
        <text x="8" y="20" font-size="14" fill="#222222">%s, %s (logarithmic)</text>
        """
            .formatted(WIDTH, height, WIDTH, height, Text.xml(title), Text.xml(unit)));
    for (int i = 0; i < bars.size(); i++) {
      bar(svg, bars.get(i), TOP + ROW * i, from, to);
    }
    return svg.append("</svg>\n").toString();
  }

  private static boolean exactPower(double value) {
    double power = Math.log10(value);
    return Math.abs(power - Math.rint(power)) < 1e-9;
  }

  private static void bar(StringBuilder svg, Bar bar, int top, double from, double to) {
    double scale = (WIDTH - LABELS - VALUES) / (to - from);
    double end = LABELS + (Math.log10(bar.value().median()) - from) * scale;
    double low = LABELS + (Math.log10(bar.value().low()) - from) * scale;
    double high = LABELS + (Math.log10(bar.value().high()) - from) * scale;
    int middle = top + ROW / 2;
    svg.append(
        String.format(
            Locale.ROOT,
            """
            <text x="%d" y="%d" text-anchor="end" fill="#222222">%s</text>
            <rect x="%d" y="%d" width="%.1f" height="%d" fill="%s"/>
            <line x1="%.1f" y1="%d" x2="%.1f" y2="%d" stroke="#222222" stroke-width="1.5"/>
            <text x="%.1f" y="%d" fill="#222222">%s</text>
            """,
            LABELS - 8,
            middle + 4,
            Text.xml(bar.label()),
            LABELS,
            top + 4,
            Math.max(end - LABELS, 1),
            ROW - 8,
            bar.ours() ? "#2266aa" : "#b0b8c0",
            low,
            middle,
            high,
            middle,
            high + 6,
            middle + 4,
            Spread.show(bar.value().median())));
  }
}
