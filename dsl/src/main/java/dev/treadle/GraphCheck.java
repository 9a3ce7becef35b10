package dev.treadle;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Turns a draft into a graph, or tells all that is wrong with it.
final class GraphCheck {
  private GraphCheck() {}

  /// Closes the draft and checks it.
  ///
  /// @throws GraphDefinitionException if there are faults
  static Graph check(Header<?> header, Draft draft) {
    draft.built();
    var faults = new ArrayList<String>();
    var links = new Links(draft.places());
    new StepCheck(draft, links, faults).check();
    new UndoCheck(draft.places(), faults).check();
    new FlowCheck(links, faults).check();
    var scopes = new ScopeCheck(links, draft.joinings(), faults).check();
    new InlinedCheck(header, draft.places(), faults).check();
    draft.changes().check(draft.places(), draft.joinings(), faults);
    if (!faults.isEmpty()) {
      throw new GraphDefinitionException(header.name(), faults);
    }
    return Inlining.of(graph(draft.places(), scopes), header.merge());
  }

  private static Graph graph(List<Place> places, List<ScopeDraft> scopes) {
    var innermost = new ScopeDraft[places.size()];
    var checked = new ArrayList<Graph.Scope>();
    for (var scope : scopes) {
      checked.add(scope.scope(places, innermost[scope.fork().index]));
      var steps = scope.steps();
      for (var step = steps.nextSetBit(0); step >= 0; step = steps.nextSetBit(step + 1)) {
        innermost[step] = scope;
      }
    }
    var placed =
        places.stream().map(place -> placed(place, ScopeDraft.name(innermost[place.index])));
    return new Graph(placed.toList(), checked, undos(places));
  }

  private static Map<String, Step<?, ?, ?>> undos(List<Place> places) {
    var undos = new LinkedHashMap<String, Step<?, ?, ?>>();
    places.forEach(place -> place.undos.forEach(undo -> undos.put(place.name(), undo)));
    return undos;
  }

  private static Graph.PlacedStep placed(Place place, Optional<String> scope) {
    return new Graph.PlacedStep(
        place.step,
        place.endings.stream().findFirst().orElse(Graph.Ending.NONE),
        place.ways.stream().map(GraphCheck::route).toList(),
        place.fallbacks.stream().map(Place::name).findFirst(),
        place.deadlines.stream()
            .map(deadline -> new Graph.Deadline(deadline.after(), deadline.to().name()))
            .findFirst(),
        scope);
  }

  private static Graph.Route route(Way way) {
    return switch (way) {
      case Way.Edge(var to) -> new Graph.Route.Edge(to.name());
      case Way.Feed(var join) -> new Graph.Route.Feed(join.name());
      case Way.Branching branching ->
          new Graph.Route.Branch(branching.arms.stream().map(GraphCheck::arm).toList());
    };
  }

  private static Graph.Arm arm(Way.Arm arm) {
    return new Graph.Arm(arm.taken().label(), arm.taken().predicate(), arm.to().name());
  }
}
