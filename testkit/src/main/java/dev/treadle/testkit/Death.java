package dev.treadle.testkit;

/// When a process dies: at its n-th commit, just before or just after that became durable.
///
/// @param commit which, counted from 1 in the life of the process; 0 for no death
/// @param durable whether the commit is durable
record Death(int commit, boolean durable) {
  static final Death NONE = new Death(0, false);

  static Death before(int commit) {
    return new Death(commit, false);
  }

  static Death after(int commit) {
    return new Death(commit, true);
  }

  @Override
  public String toString() {
    return commit == 0
        ? "no death"
        : "death " + (durable ? "after" : "before") + " commit " + commit + " became durable";
  }
}
