package dev.treadle;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;

/// A part of a context that collects events: merging is the union by id. So a step merges a log of
/// only its own events, and whatever is merged twice counts once.
///
/// Merging is associative and idempotent, and [#empty] is its identity. Events stand in the order
/// in which their ids first appeared, which in a run is the order of commits.
///
/// Immutable, and as safe for use by many threads as its events are.
///
/// @param events the events, each id once, in the order of their appearance
/// @param <E> the type of the events
public record EventLog<E>(List<Event<E>> events) {

  /// An event with what tells it apart from all others; [StepContext#idempotencyKey()] is a good
  /// beginning of an id.
  ///
  /// @param id the id, not empty
  /// @param value the event
  /// @param <E> the type of the event
  public record Event<E>(String id, E value) {
    /// Rejects a missing part and an empty id.
    public Event {
      Objects.requireNonNull(value, "value");
      if (id.isEmpty()) {
        throw new IllegalArgumentException("an event's id must not be empty");
      }
    }
  }

  /// Copies the list.
  ///
  /// @throws IllegalArgumentException if an id stands twice
  public EventLog {
    events = List.copyOf(events);
    var ids = HashSet.<String>newHashSet(events.size());
    for (var event : events) {
      if (!ids.add(event.id)) {
        throw new IllegalArgumentException(
            "the event id \"" + event.id + "\" stands twice in one log");
      }
    }
  }

  /// A log without events.
  ///
  /// @param <E> the type of the events
  /// @return the identity of [#merge]
  public static <E> EventLog<E> empty() {
    return new EventLog<>(List.of());
  }

  /// A log of one event, as a step merges it.
  ///
  /// @param id the event's id, not empty
  /// @param value the event
  /// @param <E> the type of the event
  /// @return the log
  public static <E> EventLog<E> of(String id, E value) {
    return new EventLog<>(List.of(new Event<>(id, value)));
  }

  /// The union of two logs: this log's events, then those of the other whose ids are new.
  ///
  /// @param other the later log
  /// @return the union
  public EventLog<E> merge(EventLog<E> other) {
    if (other.events.isEmpty()) {
      return this;
    }
    var known = HashSet.<String>newHashSet(events.size());
    events.forEach(event -> known.add(event.id));
    var union = new ArrayList<Event<E>>(events.size() + other.events.size());
    union.addAll(events);
    other.events.stream().filter(event -> !known.contains(event.id)).forEach(union::add);
    return new EventLog<>(union);
  }

  /// The events without their ids.
  ///
  /// @return the events in the order of their appearance
  public List<E> values() {
    return events.stream().map(Event::value).toList();
  }
}
