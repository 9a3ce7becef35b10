package dev.treadle.bench.report;

import java.util.List;

/// Bits of Markdown and XML.
final class Text {
  private Text() {}

  static String xml(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  /// A row of a table.
  static String row(List<String> cells) {
    return "| " + String.join(" | ", cells.stream().map(Text::cell).toList()) + " |\n";
  }

  /// The row below a table's head: the first column is text, the others are numbers.
  static String rule(int columns) {
    return "|---|" + "---:|".repeat(columns - 1) + "\n";
  }

  private static String cell(String text) {
    return text.replace("|", "\\|").replace("\n", " ");
  }

  /// A time in the unit that suits it.
  static String time(Spread nanos) {
    double size = nanos.median();
    double per = size < 1e4 ? 1 : size < 1e7 ? 1e3 : 1e6;
    var unit = size < 1e4 ? " ns" : size < 1e7 ? " µs" : " ms";
    return new Spread(nanos.median() / per, nanos.low() / per, nanos.high() / per).show() + unit;
  }
}
