package dev.treadle.bench.report;

import dev.treadle.bench.About;
import dev.treadle.bench.durable.StoreKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// The page about a measurement, with its pictures.
public final class Page {
  /// The page's file.
  public static final String NAME = "benchmarks.md";

  private static final String PICTURES = "benchmarks";
  private static final String OURS = "treadle";
  private static final String USUAL_STORE = "sqliteFull";

  private final Results results;
  private final List<Class<?>> groups;
  private final Map<String, String> pictures = new TreeMap<>();
  private final StringBuilder page = new StringBuilder();

  /// A page.
  ///
  /// @param results what was measured
  /// @param groups the classes of benchmarks, in the order of the page; others are left out
  public Page(Results results, List<Class<?>> groups) {
    this.results = results;
    this.groups = List.copyOf(groups);
  }

  /// Writes the page and its pictures.
  ///
  /// @param folder where
  /// @throws IOException if it can't be written
  public void write(Path folder) throws IOException {
    var text = text();
    Files.createDirectories(folder.resolve(PICTURES));
    try (var old = Files.newDirectoryStream(folder.resolve(PICTURES), "*.svg")) {
      for (var picture : old) {
        Files.delete(picture);
      }
    }
    for (var picture : pictures.entrySet()) {
      Files.writeString(
          folder.resolve(PICTURES).resolve(picture.getKey()),
          picture.getValue(),
          StandardCharsets.UTF_8);
    }
    Files.writeString(folder.resolve(NAME), text, StandardCharsets.UTF_8);
  }

  /// The page as Markdown; collects its pictures.
  String text() {
    page.setLength(0);
    head();
    targets();
    for (var chapter : About.Chapter.values()) {
      chapter(chapter);
    }
    page.append(new ScaleChapter(results.points(), pictures).text());
    failures();
    return page.toString();
  }

  private void head() {
    var machine = results.machine();
    page.append(
        """
        # Benchmarks

        Written by `mvn -q -Pbench`; not edited by hand. How it is measured stands in
        [CONTRIBUTING](../CONTRIBUTING.md#measure), and what all this is about in the sources of
        [`bench`](../bench/src/main/java/dev/treadle/bench).

        | measured | |
        |---|---|
        | on | %s, %d processors, %s GiB, %s, stores on %s |
        | with | %s, `%s` |
        | sources | commit `%s`%s |
        | when | %s, selection `%s` |

        A figure is the median of its forks, one JVM each; in parentheses the lowest and the highest
        fork. The forks of what is compared take turns, and a ratio is the median of the ratios of
        forks of the same turn: how many times as long the other one takes as Treadle. Bytes are
        what is allocated, as JMH's `gc` profiler counts it, in all threads of the process.

        """
            .formatted(
                machine.cpu(),
                machine.processors(),
                Spread.show(machine.memoryBytes() / (double) (1L << 30)),
                machine.os(),
                machine.fileSystem(),
                machine.jvm(),
                machine.flags(),
                results.commit().replace("+", ""),
                results.commit().endsWith("+") ? ", with changes" : "",
                results.date(),
                results.selection()));
  }

  private void targets() {
    page.append("## Targets\n\n");
    page.append(Text.row(List.of("figure", "target", "measured", "met")));
    page.append("|---|---|---:|---|\n");
    for (var target : Targets.ALL) {
      var found = target.measured(results);
      page.append(
          Text.row(
              List.of(
                  target.figure(),
                  target.text(),
                  found.map(Spread::show).orElse("not measured"),
                  found.map(spread -> target.isMet(spread) ? "yes" : "**no**").orElse(""))));
    }
    page.append("\nA target is met if its median meets it.\n\n");
  }

  private void chapter(About.Chapter chapter) {
    var text = new StringBuilder();
    for (var group : groups) {
      var about = group.getAnnotation(About.class);
      if (about.chapter() == chapter) {
        group(text, group.getSimpleName(), about);
      }
    }
    if (!text.isEmpty()) {
      var name = chapter.name();
      page.append("## ")
          .append(name.charAt(0))
          .append(name.substring(1).toLowerCase(Locale.ROOT))
          .append("\n\n");
      if (chapter == About.Chapter.DURABLE) {
        stores();
      }
      page.append(text);
    }
  }

  private void stores() {
    page.append("What the stores make durable:\n\n");
    for (var kind : StoreKind.all()) {
      page.append("- `%s`: %s%n".formatted(kind.name(), kind.durability()));
    }
    page.append(
        """

        Where there are several, ratios are against `%s`.

        """
            .formatted(USUAL_STORE));
  }

  private void group(StringBuilder text, String name, About about) {
    var figures = results.figures().stream().filter(f -> f.group().equals(name)).toList();
    if (figures.isEmpty()) {
      return;
    }
    text.append("### ").append(about.title()).append("\n\n").append(about.text()).append("\n\n");
    boolean compared = figures.stream().anyMatch(figure -> base(figure, figures).isPresent());
    var head = new ArrayList<>(List.of("per " + about.unit(), "time"));
    if (compared) {
      head.add("times Treadle");
    }
    head.add("bytes");
    text.append(Text.row(head)).append(Text.rule(head.size()));
    for (var figure : figures) {
      var cells = new ArrayList<>(List.of(label(figure), Text.time(figure.time())));
      if (compared) {
        cells.add(base(figure, figures).map(ours -> figure.over(ours).show()).orElse(""));
      }
      var bytes = figure.allocated();
      cells.add(bytes == null ? "" : Spread.show(bytes.median()));
      text.append(Text.row(cells));
    }
    var file = name + ".svg";
    pictures.put(file, BarChart.svg(about.title(), "ns per " + about.unit(), bars(figures)));
    text.append("\n![")
        .append(about.title())
        .append("](")
        .append(PICTURES)
        .append('/')
        .append(file)
        .append(")\n\n");
  }

  /// Which of our figures one is to be compared with: the one with the same values of the
  /// parameters that both have, on the usual store if there are several. What a subject's name ends
  /// with is the same for both, as in `treadleRead` and `jacksonRead`.
  private static Optional<Figure> base(Figure figure, List<Figure> figures) {
    var same =
        figures.stream()
            .filter(ours -> isOurs(ours) && !ours.equals(figure) && agree(ours, figure))
            .filter(ours -> figure.subject().endsWith(ours.subject().substring(OURS.length())))
            .toList();
    if (same.size() == 1) {
      return Optional.of(same.getFirst());
    }
    var usual =
        same.stream().filter(ours -> USUAL_STORE.equals(ours.params().get("store"))).toList();
    return usual.size() == 1 ? Optional.of(usual.getFirst()) : Optional.empty();
  }

  private static boolean isOurs(Figure figure) {
    return figure.subject().startsWith(OURS);
  }

  private static boolean agree(Figure one, Figure other) {
    return one.params().entrySet().stream()
        .allMatch(p -> other.params().getOrDefault(p.getKey(), p.getValue()).equals(p.getValue()));
  }

  private static List<BarChart.Bar> bars(List<Figure> figures) {
    return figures.stream().map(f -> new BarChart.Bar(label(f), f.time(), isOurs(f))).toList();
  }

  private static String label(Figure figure) {
    var params =
        new TreeMap<>(figure.params())
            .entrySet().stream()
                .map(p -> p.getKey() + " " + p.getValue())
                .collect(Collectors.joining(", "));
    return params.isEmpty() ? figure.subject() : figure.subject() + ", " + params;
  }

  private void failures() {
    if (!results.failures().isEmpty()) {
      page.append("## Not measured\n\nThese did not come to an end:\n\n");
      results.failures().forEach(failure -> page.append("- ").append(failure).append('\n'));
    }
  }
}
