package dev.treadle;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// Draws a graph as a Mermaid flowchart, in the shapes of [Dot]; an end has a thick border, a
/// terminating one a thicker, a sink a dashed one.
final class Mermaid {
  private static final String SPECIAL = "\"#&<>`|\\{}[]()*_~$%;\r\n";

  private final Graph graph;
  private final Roles roles;
  private final Map<String, StepMark> marks;
  private final StringBuilder text = new StringBuilder();
  private final List<Integer> fallbacks = new ArrayList<>();
  private int links;

  /// @param marks what to say of the steps, by their names
  Mermaid(Graph graph, Map<String, StepMark> marks) {
    this.graph = graph;
    this.marks = marks;
    this.roles = new Roles(graph);
  }

  String text() {
    line("flowchart LR");
    line("  start(( ))");
    nodes("", "  ");
    link("start", "s0", "-->");
    graph.steps().forEach(this::links);
    line("  classDef ending stroke-width:3px");
    line("  classDef terminating stroke-width:6px");
    line("  classDef sinking stroke-dasharray:4");
    looks();
    if (!fallbacks.isEmpty()) {
      var numbers = fallbacks.stream().map(String::valueOf).collect(Collectors.joining(","));
      line("  linkStyle %s stroke:red".formatted(numbers));
    }
    return text.toString();
  }

  /// The steps of the graph itself, or of the workflow that a step inlines.
  private void nodes(String home, String indent) {
    for (var placed : graph.steps()) {
      var step = placed.step().name();
      if (roles.home(step).equals(home)) {
        node(placed, indent);
        var inlined = roles.workflow(step);
        if (inlined != null) {
          line("%ssubgraph c%s[%s]".formatted(indent, roles.id(step), quoted(inlined)));
          nodes(step, indent + "  ");
          line(indent + "end");
        }
      }
    }
  }

  private void looks() {
    var used = EnumSet.noneOf(StepMark.Look.class);
    for (var placed : graph.steps()) {
      var mark = marks.get(placed.step().name());
      if (mark != null) {
        used.add(mark.look());
        line("  class %s %s".formatted(roles.id(placed.step().name()), name(mark.look())));
      }
    }
    used.forEach(look -> line("  classDef %s %s".formatted(name(look), look.style())));
  }

  private static String name(StepMark.Look look) {
    return look.name().toLowerCase(Locale.ROOT);
  }

  private void node(Graph.PlacedStep placed, String indent) {
    var step = placed.step().name();
    line(indent + "%s%s%s".formatted(roles.id(step), shaped(placed.step()), border(placed)));
  }

  private String shaped(Step<?, ?, ?> step) {
    var shape =
        switch (roles.of(step.name())) {
          case PLAIN -> "[%s]";
          case FORK -> "[/%s\\]";
          case JOIN -> "[\\%s/]";
          case FORK_AND_JOIN -> "{{%s}}";
        };
    var mark = marks.get(step.name());
    var label = quoted(roles.label(step));
    return shape.formatted(
        mark == null || mark.text().isEmpty()
            ? label
            : label.substring(0, label.length() - 1) + "<br/>" + quoted(mark.text()).substring(1));
  }

  private static String border(Graph.PlacedStep placed) {
    return switch (placed.ending()) {
      case NONE -> "";
      case END -> ":::ending";
      case TERMINATE -> ":::terminating";
      case SINK -> ":::sinking";
    };
  }

  private void links(Graph.PlacedStep placed) {
    var from = roles.id(placed.step().name());
    for (var route : placed.routes()) {
      switch (route) {
        case Graph.Route.Edge(var to) -> link(from, roles.id(to), "-->");
        case Graph.Route.Feed(var join) -> link(from, roles.id(join), "--o");
        case Graph.Route.Finish(var join) -> link(from, roles.id(join), "==o");
        case Graph.Route.Branch(var arms) ->
            arms.forEach(
                arm -> link(from, roles.id(arm.to()), "-->|%s|".formatted(quoted(arm.label()))));
      }
    }
    if (placed.fallback().isPresent()) {
      fallbacks.add(links);
      link(from, roles.id(placed.fallback().get()), "-.->|\"failure\"|");
    }
    placed
        .deadline()
        .ifPresent(late ->
            link(from, roles.id(late.to()), "-.->|%s|".formatted(quoted("after " + late.after()))));
  }

  private void link(String from, String to, String arrow) {
    links++;
    line("  %s %s %s".formatted(from, arrow, to));
  }

  private void line(String line) {
    text.append(line).append('\n');
  }

  /// Quoted, with whatever means something to Mermaid as a numeric entity.
  private static String quoted(String label) {
    return label
        .codePoints()
        .mapToObj(c -> SPECIAL.indexOf(c) < 0 ? Character.toString(c) : "#%d;".formatted(c))
        .collect(Collectors.joining("", "\"", "\""));
  }
}
