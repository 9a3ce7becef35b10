package dev.treadle;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;

/// What can be said of the steps that undo others.
final class UndoCheck {
  private final List<Place> places;
  private final List<String> faults;

  UndoCheck(List<Place> places, List<String> faults) {
    this.places = places;
    this.faults = faults;
  }

  void check() {
    var placed = new HashMap<Step<?, ?, ?>, Place>();
    places.forEach(place -> placed.put(place.step, place));
    for (var place : places) {
      counts(place);
      for (var undo : place.undos) {
        kinds(place, undo);
        if (placed.containsKey(undo)) {
          faults.add(
              "%s undoes %s, yet is placed in the graph: an undo belongs to no way, make another step"
                  .formatted(Names.quoted(undo), place));
        }
      }
    }
    names();
  }

  private void counts(Place place) {
    if (place.undos.size() > 1) {
      var names = place.undos.stream().map(Names::quoted).toList();
      faults.add(
          "%s has %d undos, %s: keep one"
              .formatted(place, names.size(), String.join(" and ", names)));
    }
  }

  private void kinds(Place place, Step<?, ?, ?> undo) {
    if (place.step.body() instanceof StepBody.Gate) {
      faults.add(
          "%s is a gate, which has no effect outside the run: let %s undo the step that has one"
              .formatted(place, Names.quoted(undo)));
    }
    if (place.step.body() instanceof StepBody.Inlined) {
      faults.add(
          "%s is an inlined workflow: let it name the undos of its own steps, instead of %s"
              .formatted(place, Names.quoted(undo)));
    }
    if (undo.body() instanceof StepBody.Inlined) {
      faults.add(
          "%s undoes %s, but is an inlined workflow: an undo is one step"
              .formatted(Names.quoted(undo), place));
    }
    if (undo.body() instanceof StepBody.Gate) {
      faults.add(
          "%s undoes %s, but is a gate, which has no effect: make it with Step.undo"
              .formatted(Names.quoted(undo), place));
    }
  }

  /// One object may undo several steps; two objects need two names.
  private void names() {
    var steps = new HashSet<String>();
    places.forEach(place -> steps.add(place.name()));
    var undos = new HashMap<String, Step<?, ?, ?>>();
    for (var place : places) {
      for (var undo : place.undos) {
        var other = undos.putIfAbsent(undo.name(), undo);
        if (other != null && other != undo) {
          faults.add("two different undos are named %s: rename one".formatted(Names.quoted(undo)));
        } else if (other == null && steps.contains(undo.name()) && !isPlaced(undo)) {
          faults.add(
              "the undo of %s has the name of a step, %s: rename it"
                  .formatted(place, Names.quoted(undo)));
        }
      }
    }
  }

  private boolean isPlaced(Step<?, ?, ?> undo) {
    return places.stream().anyMatch(place -> place.step == undo);
  }
}
