package dev.treadle.executor;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Where an item stands in a group: the numbers of the branches that led to it, from the fork on.
/// Immutable.
///
/// Kept as a chain of the last number and the place before it, since most places share their
/// beginnings.
final class Place {
  /// The number of what follows after a join, behind all branches that left the scope before.
  static final int AFTER = Integer.MAX_VALUE;

  final Group group;
  private final @Nullable Place before;
  private final int branch;

  Place(Group group, @Nullable Place before, int branch) {
    this.group = group;
    this.before = before;
    this.branch = branch;
  }

  /// The place of one of several branches that go on from here. In an inlined workflow there is no
  /// order of places, so that it may multiply its items in a loop for ever.
  Place branch(int number) {
    return group.fork.inlines ? this : new Place(group, this, number);
  }

  /// The place in the enclosing group after leaving some groups, or null outside of all.
  static @Nullable Place leave(@Nullable Place place, int groups) {
    var at = place;
    for (int i = 0; i < groups && at != null; i++) {
      var outer = at.group.outer;
      at = outer == null ? null : outer.extended(at.path());
    }
    return at;
  }

  /// The numbers from the fork on.
  int[] path() {
    int length = 0;
    for (var at = this; at != null; at = at.before) {
      length++;
    }
    var path = new int[length];
    for (var at = this; at != null; at = at.before) {
      path[--length] = at.branch;
    }
    return path;
  }

  /// Whether the place is the given number and nothing before it.
  boolean isFirstBranch() {
    return before == null;
  }

  int lastBranch() {
    return branch;
  }

  private Place extended(int[] path) {
    var at = this;
    for (int number : path) {
      at = at.branch(number);
    }
    return at;
  }

  /// Numbers joined by dots.
  @Override
  public String toString() {
    if (before == null) {
      return Integer.toString(branch);
    }
    var text = new StringBuilder();
    for (int number : path()) {
      text.append(text.isEmpty() ? "" : ".").append(number);
    }
    return text.toString();
  }

  /// Reads back what [#toString] wrote.
  static Place parse(Group group, String text) {
    @Nullable Place at = null;
    for (var number : text.split("\\.", -1)) {
      at = new Place(group, at, Integer.parseInt(number));
    }
    if (at == null) {
      throw new IllegalArgumentException("a place in a group has at least one number");
    }
    return at;
  }

  /// The order of places in one group: by the first number that differs; a beginning comes before
  /// what continues it.
  static int compare(Place a, Place b) {
    return a.before == null && b.before == null
        ? Integer.compare(a.branch, b.branch)
        : Arrays.compare(a.path(), b.path());
  }
}
