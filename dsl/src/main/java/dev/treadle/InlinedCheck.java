package dev.treadle;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The rules of inlined workflows.
final class InlinedCheck {
  private final Header<?> header;
  private final List<Place> places;
  private final List<String> faults;

  InlinedCheck(Header<?> header, List<Place> places, List<String> faults) {
    this.header = header;
    this.places = places;
    this.faults = faults;
  }

  void check() {
    var names = places.stream().map(Place::name).collect(Collectors.toCollection(HashSet::new));
    for (var place : places) {
      if (place.step.body() instanceof StepBody.Inlined<?, ?, ?> body) {
        names(place, body.workflow(), names);
        context(place, body);
      }
    }
  }

  private void names(Place place, Workflow<?, ?, ?> inner, Set<String> taken) {
    var steps = inner.graph().steps().stream().map(placed -> placed.step().name());
    var undos = inner.graph().undos().values().stream().map(Step::name).distinct();
    Stream.of(steps, undos, Stream.of(""))
        .flatMap(named -> named)
        .map(step -> InlinedSteps.name(place.step, step))
        .forEach(name -> name(place, name, taken));
  }

  private void name(Place place, String name, Set<String> taken) {
    if (!taken.add(name)) {
      faults.add(
          "%s inlines a step as \"%s\", and another step has that name: rename one"
              .formatted(place, name));
    }
    if (!Names.isShortEnough(name)) {
      faults.add(
          "%s inlines a step under a name longer than %d characters, \"%s…\": shorten the names"
              .formatted(place, Names.LONGEST, name.substring(0, 32)));
    }
  }

  private void context(Place place, StepBody.Inlined<?, ?, ?> body) {
    var inner = body.workflow();
    var needed = inner.contextType().orElse(null);
    var own = header.context();
    if (body.lens().isPresent()) {
      if (own == null) {
        faults.add(
            "%s inlines workflow \"%s\" through a lens, but there is no context to look at: name its class in builder(name, Class, initial)"
                .formatted(place, inner.name()));
      }
    } else if (needed != null && (own == null || !needed.isAssignableFrom(own))) {
      faults.add(
          "%s inlines workflow \"%s\", whose context is a %s, and the context here is %s: inline it through a Lens"
              .formatted(
                  place,
                  inner.name(),
                  needed.getTypeName(),
                  own == null ? "none" : "a " + own.getTypeName()));
    }
  }
}
