package dev.treadle;

/// Draws a graph in the DOT language: a fork widens, a join narrows, a step that is both is a
/// hexagon; an end has a double border, a terminating one a triple, a sink a dashed one.
final class Dot {
  private final String name;
  private final Graph graph;
  private final Roles roles;
  private final StringBuilder text = new StringBuilder();

  Dot(String name, Graph graph) {
    this.name = name;
    this.graph = graph;
    this.roles = new Roles(graph);
  }

  String text() {
    line("digraph %s {".formatted(quoted(name)));
    line("  rankdir=LR;");
    line("  node [shape=box];");
    line("  start [shape=point];");
    nodes("", "  ");
    line("  start -> s0;");
    graph.steps().forEach(this::links);
    line("}");
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
          line("%ssubgraph cluster_%s {".formatted(indent, roles.id(step)));
          line("%s  label=%s;".formatted(indent, quoted(inlined)));
          nodes(step, indent + "  ");
          line(indent + "}");
        }
      }
    }
  }

  private void node(Graph.PlacedStep placed, String indent) {
    var step = placed.step().name();
    line(
        indent
            + "%s [label=%s%s%s];"
                .formatted(
                    roles.id(step),
                    quoted(roles.label(placed.step())),
                    shape(step),
                    border(placed)));
  }

  private String shape(String step) {
    return switch (roles.of(step)) {
      case PLAIN -> "";
      case FORK -> ", shape=trapezium";
      case JOIN -> ", shape=invtrapezium";
      case FORK_AND_JOIN -> ", shape=hexagon";
    };
  }

  private static String border(Graph.PlacedStep placed) {
    return switch (placed.ending()) {
      case NONE -> "";
      case END -> ", peripheries=2";
      case TERMINATE -> ", peripheries=3";
      case SINK -> ", style=dashed";
    };
  }

  private void links(Graph.PlacedStep placed) {
    var from = placed.step().name();
    for (var route : placed.routes()) {
      switch (route) {
        case Graph.Route.Edge(var to) -> link(from, to, "");
        case Graph.Route.Feed(var join) -> link(from, join, " [arrowhead=odot]");
        case Graph.Route.Finish(var join) -> link(from, join, " [arrowhead=dot]");
        case Graph.Route.Branch(var arms) ->
            arms.forEach(arm -> link(from, arm.to(), " [label=%s]".formatted(quoted(arm.label()))));
      }
    }
    placed
        .fallback()
        .ifPresent(to -> link(from, to, " [label=\"failure\", style=dotted, color=red]"));
    placed
        .deadline()
        .ifPresent(late ->
            link(from, late.to(), " [label=\"after %s\", style=dotted]".formatted(late.after())));
  }

  private void link(String from, String to, String attributes) {
    line("  %s -> %s%s;".formatted(roles.id(from), roles.id(to), attributes));
  }

  private void line(String line) {
    text.append(line).append('\n');
  }

  // Graphviz reads HTML entities in plain labels too
  private static String quoted(String text) {
    return '"'
        + text.replace("&", "&amp;")
            .replace("\\", "\\\\")
            .replace("\"", "\\\"")
            .replace("\r", "")
            .replace("\n", "\\n")
        + '"';
  }
}
