package dev.treadle;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/// Whether items can get everywhere, and out of everywhere.
final class FlowCheck {
  private final Links links;
  private final List<String> faults;

  FlowCheck(Links links, List<String> faults) {
    this.links = links;
    this.faults = faults;
  }

  void check() {
    reach();
    links.places().forEach(this::wayOn);
    new Components(links).all().stream().filter(this::traps).forEach(this::trapped);
  }

  private void reach() {
    var start = links.places().getFirst();
    var reached = links.after(links.successors(start.index));
    for (var place : links.places()) {
      if (place != start && !reached.get(place.index)) {
        faults.add(
            links.in(place).isEmpty()
                ? "%s is mentioned but never placed: lead an edge, an arm, a join or a fallback to it"
                    .formatted(place)
                : "%s cannot be reached from the start: lead a way there from a step that can"
                    .formatted(place));
      }
    }
  }

  private void wayOn(Place place) {
    if (place.ways.isEmpty() && place.endings.isEmpty()) {
      faults.add(
          "%s has no way on: lead an edge from it, or mark it with end, sink or terminate"
              .formatted(place));
    }
  }

  private boolean traps(List<Place> component) {
    if (component.stream().anyMatch(place -> !place.endings.isEmpty())) {
      return false;
    }
    var inside = new BitSet();
    component.forEach(place -> inside.set(place.index));
    return component.stream()
        .flatMap(place -> links.out(place).stream())
        .allMatch(link -> inside.get(link.to().index));
  }

  private void trapped(List<Place> cycle) {
    if (cycle.size() == 1 && links.out(cycle.getFirst()).isEmpty()) {
      return;
    }
    var ordered = new ArrayList<>(cycle);
    ordered.sort((a, b) -> Integer.compare(a.index, b.index));
    faults.add(
        "nothing can leave the cycle of %s: lead a way out of it, or mark one of its steps with end,"
                .formatted(StepCheck.listed(ordered))
            + " sink or terminate");
  }
}
