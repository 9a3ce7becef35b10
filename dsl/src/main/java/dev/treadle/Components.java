package dev.treadle;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The strongly connected components of a graph, by Tarjan's algorithm with a stack of its own, so
/// that long graphs do not exhaust the thread's.
final class Components {
  private final Links links;
  private final int[] number;
  private final int[] low;
  private final int[] next;
  private final boolean[] pending;
  private final List<Place> path = new ArrayList<>();
  private final List<Place> unassigned = new ArrayList<>();
  private final List<List<Place>> found = new ArrayList<>();
  private int count;

  Components(Links links) {
    this.links = links;
    var size = links.places().size();
    this.number = new int[size];
    this.low = new int[size];
    this.next = new int[size];
    this.pending = new boolean[size];
    Arrays.fill(number, -1);
  }

  /// Every component, one that leads to another after it.
  List<List<Place>> all() {
    for (var place : links.places()) {
      if (number[place.index] < 0) {
        enter(place);
        while (!path.isEmpty()) {
          advance(path.getLast());
        }
      }
    }
    return found;
  }

  private void enter(Place place) {
    number[place.index] = count;
    low[place.index] = count++;
    pending[place.index] = true;
    path.add(place);
    unassigned.add(place);
  }

  private void advance(Place place) {
    var out = links.out(place);
    var index = place.index;
    if (next[index] == out.size()) {
      leave(place);
      return;
    }
    var to = out.get(next[index]++).to();
    if (number[to.index] < 0) {
      enter(to);
    } else if (pending[to.index]) {
      low[index] = Math.min(low[index], number[to.index]);
    }
  }

  private void leave(Place place) {
    path.removeLast();
    if (!path.isEmpty()) {
      var caller = path.getLast().index;
      low[caller] = Math.min(low[caller], low[place.index]);
    }
    if (low[place.index] == number[place.index]) {
      found.add(cutOff(place));
    }
  }

  private List<Place> cutOff(Place first) {
    var component = new ArrayList<Place>();
    Place last;
    do {
      last = unassigned.removeLast();
      pending[last.index] = false;
      component.add(last);
    } while (last != first);
    return component;
  }
}
