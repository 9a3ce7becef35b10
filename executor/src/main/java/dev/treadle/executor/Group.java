package dev.treadle.executor;

import dev.treadle.JoinPolicy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One execution of a fork: counts its open items and collects what arrives at the join. Confined
/// like the [RunState] that it belongs to, until it has fired; then it does not change.
final class Group {
  final long id;
  final PlanStep fork;

  /// Where the fork's item stood, or null outside of all groups.
  final @Nullable Place outer;

  /// How many items, and groups within, have yet to arrive or end.
  int open;

  boolean fired;

  /// What is counted if it may close before all that is in it has ended, else null.
  final @Nullable Tally tally;

  /// Whether the item of its join is no more, or never comes.
  private boolean retired;

  private Object[] values = {};
  private Place[] places = {};
  private long[] ids = {};
  private int size;
  private boolean sorted = true;

  Group(long id, PlanStep fork, @Nullable Place outer) {
    this.id = id;
    this.fork = fork;
    this.outer = outer;
    this.tally = fork.counted ? new Tally(outer == null ? null : outer.group.tally) : null;
  }

  /// Takes a value that has arrived.
  ///
  /// @param valueId the id under which it is stored, or 0 if it is not
  void arrive(Place place, Object value, long valueId) {
    if (size == values.length) {
      int capacity = Math.max(8, size + (size >> 1));
      values = Arrays.copyOf(values, capacity);
      places = Arrays.copyOf(places, capacity);
      if (valueId > 0) {
        ids = Arrays.copyOf(ids, capacity);
      }
    }
    sorted &= size == 0 || Place.compare(places[size - 1], place) <= 0;
    values[size] = value;
    places[size] = place;
    if (valueId > 0) {
      ids[size] = valueId;
    }
    size++;
  }

  /// How many values have arrived.
  int size() {
    return size;
  }

  /// Forgets the values.
  void clear() {
    size = 0;
  }

  /// The item of the join is no more, or never comes.
  ///
  /// @return whether nothing is left in the group, so that nobody needs its entry any more
  boolean retire() {
    retired = true;
    return open == 0;
  }

  boolean isRetired() {
    return retired;
  }

  /// The values in the order of their places; called once the group has fired.
  List<Object> list() {
    if (fork.policy instanceof JoinPolicy.First && size > 1) { // gathered under another policy
      return List.of(values[0]);
    }
    if (!sorted) {
      sort();
    }
    return Collections.unmodifiableList(Arrays.asList(values).subList(0, size));
  }

  /// The ids of the stored values, ascending.
  long[] storedIds() {
    var stored = Arrays.copyOf(ids, Math.min(size, ids.length));
    Arrays.sort(stored);
    return stored;
  }

  /// The ids of the stored values.
  List<Long> valueIds() {
    return Arrays.stream(storedIds()).filter(id -> id > 0).boxed().toList();
  }

  private void sort() {
    var order = new ArrayList<Integer>(size);
    for (int i = 0; i < size; i++) {
      order.add(i);
    }
    var paths = new int[size][];
    for (int i = 0; i < size; i++) {
      paths[i] = places[i].path();
    }
    order.sort((a, b) -> Arrays.compare(paths[a], paths[b]));
    var inOrder = new Object[size];
    for (int i = 0; i < size; i++) {
      inOrder[i] = values[order.get(i)];
    }
    values = inOrder;
    places = new Place[0];
    sorted = true;
  }
}
