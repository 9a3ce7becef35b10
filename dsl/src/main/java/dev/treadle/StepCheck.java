package dev.treadle;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/// What can be said of each step without looking beyond its own links.
final class StepCheck {
  private final Draft draft;
  private final Links links;
  private final List<String> faults;

  StepCheck(Draft draft, Links links, List<String> faults) {
    this.draft = draft;
    this.links = links;
    this.faults = faults;
  }

  void check() {
    names();
    signals();
    for (var place : draft.places()) {
      endings(place);
      fallbacks(place);
      deadlines(place);
      repeats(place);
      branches(place);
    }
    output();
  }

  private void names() {
    var seen = new HashMap<String, Place>();
    var told = new HashSet<String>();
    for (var place : draft.places()) {
      if (seen.putIfAbsent(place.name(), place) != null && told.add(place.name())) {
        faults.add(
            ("two different steps are named %s: rename one, or, if they are meant to be the same,"
                    + " place one object everywhere (retry answers a new one)")
                .formatted(place));
      }
    }
  }

  private void endings(Place place) {
    if (place.endings.size() > 1) {
      var marks = place.endings.stream().map(StepCheck::mark).toList();
      faults.add(
          "%s is marked more than once, as %s: keep one"
              .formatted(place, String.join(" and ", marks)));
    }
    var closed = place.endings.stream().filter(e -> e != Graph.Ending.END).findFirst();
    if (closed.isPresent() && !place.ways.isEmpty()) {
      faults.add(
          "%s is marked as %s, yet leads on to %s: drop the mark or the way on"
              .formatted(place, mark(closed.get()), firstTarget(place)));
    }
  }

  private void fallbacks(Place place) {
    if (place.fallbacks.contains(place)) {
      faults.add(
          "%s is its own fallback: give it a retry policy, or another step as fallback"
              .formatted(place));
    }
    if (place.fallbacks.size() > 1) {
      faults.add(
          "%s has %d fallbacks, to %s: keep one"
              .formatted(place, place.fallbacks.size(), listed(place.fallbacks)));
    }
  }

  private void deadlines(Place place) {
    if (place.deadlines.isEmpty()) {
      return;
    }
    var body = place.step.body();
    if (!(body instanceof StepBody.Await<?, ?, ?, ?>
        || body instanceof StepBody.AwaitRun<?, ?, ?, ?>)) {
      faults.add(
          "%s has a deadline, but awaits nothing: only an await has one; drop it".formatted(place));
    }
    if (place.deadlines.size() > 1) {
      var targets = place.deadlines.stream().map(Place.Deadline::to).toList();
      faults.add(
          "%s has %d deadlines, to %s: keep one".formatted(place, targets.size(), listed(targets)));
    }
  }

  private void signals() {
    var first = new HashMap<String, Step<?, ?, ?>>();
    for (var place : draft.places()) {
      signal(place.step, first);
      if (place.step.body() instanceof StepBody.Inlined<?, ?, ?> inlined) {
        inlined.workflow().graph().steps().forEach(placed -> signal(placed.step(), first));
      }
    }
  }

  private void signal(Step<?, ?, ?> step, Map<String, Step<?, ?, ?>> first) {
    if (step.body() instanceof StepBody.Await<?, ?, ?, ?> await) {
      var signal = await.signal();
      var other = first.putIfAbsent(signal.name(), step);
      if (other != null
          && other.body() instanceof StepBody.Await<?, ?, ?, ?> known
          && !known.signal().equals(signal)) {
        faults.add(
            "%s and %s await a signal \"%s\" of different types, %s and %s: rename one signal, or share one"
                .formatted(
                    Names.quoted(other),
                    Names.quoted(step),
                    signal.name(),
                    known.signal().type(),
                    signal.type()));
      }
    }
  }

  private void repeats(Place place) {
    var seen = new HashSet<Way>();
    var told = new HashSet<Way>();
    for (var way : place.ways) {
      if (!seen.add(way) && told.add(way)) {
        switch (way) {
          case Way.Edge(var to) ->
              faults.add("the edge from %s to %s is placed twice: drop one".formatted(place, to));
          case Way.Feed(var join) ->
              faults.add("%s feeds the join %s twice: drop one".formatted(place, join));
          case Way.Branching _ -> {}
        }
      }
    }
  }

  private void branches(Place place) {
    var branchings =
        place.ways.stream()
            .filter(Way.Branching.class::isInstance)
            .map(Way.Branching.class::cast)
            .toList();
    if (branchings.size() > 1) {
      faults.add(
          "%s has %d branches: put all arms into one, or edges before steps that branch"
              .formatted(place, branchings.size()));
    }
    branchings.forEach(branching -> new Coverage(branching, faults).check());
  }

  private void output() {
    var output = draft.output();
    if (output != null && draft.places().stream().allMatch(StepCheck::hasNoOutput)) {
      faults.add(
          "the workflow returns %s, but no step ends it: mark one with end or terminate"
              .formatted(output));
    }
  }

  private static boolean hasNoOutput(Place place) {
    return !place.endings.contains(Graph.Ending.END)
        && !place.endings.contains(Graph.Ending.TERMINATE);
  }

  private Object firstTarget(Place place) {
    var first = links.out(place).stream().filter(link -> !link.isInstead()).findFirst();
    return first.isPresent() ? first.get().to() : "a branch without arms";
  }

  static String mark(Graph.Ending ending) {
    return switch (ending) {
      case NONE -> "no end";
      case END -> "end";
      case SINK -> "sink";
      case TERMINATE -> "terminate";
    };
  }

  /// The names of places, or of the first few.
  static String listed(List<Place> places) {
    var shown = places.stream().limit(10).map(Place::toString).toList();
    var text = String.join(", ", shown);
    return places.size() > 10 ? "%s and %d more".formatted(text, places.size() - 10) : text;
  }
}
