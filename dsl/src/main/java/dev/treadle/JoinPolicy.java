package dev.treadle;

/// When a join fires, and how many failures among the items that it waits for it puts up with. Set
/// by [WorkflowBuilder#policy]; a join without a policy is [#all].
///
/// When a join fires before all its items are through, the rest of its scope is dropped: items,
/// groups within, timers and waits are not executed any more, attempts in flight are interrupted,
/// and what still comes of them is refused whole and logged as superseded. The run does not wait
/// for any of it.
///
/// A join whose policy can't be met any more fails: its fallback gets the list of what has arrived,
/// and [StepContext#failure()] tells why the first branch has failed. Without a fallback the run
/// fails.
///
/// Immutable and safe for use by many threads.
public sealed interface JoinPolicy {

  /// The join fires when no item of its scope is open any more. An item that fails for good fails
  /// the run.
  ///
  /// @return the policy
  static JoinPolicy all() {
    return new All();
  }

  /// The join fires at the first arrival, with a list of that one value. Branches that fail are
  /// passed over as long as another can still arrive. If none can, the join fails.
  ///
  /// @return the policy
  static JoinPolicy first() {
    return new First();
  }

  /// The join fires when no item of its scope is open any more, with what has arrived. Some items
  /// may have failed for good: after their retries, and with no fallback of their own. One failure
  /// more, and the join fails at once.
  ///
  /// An item that fails in a scope within this one takes the group it is in along: the group counts
  /// as one failure.
  ///
  /// @param failures how many may fail, from 1
  /// @return the policy
  /// @throws IllegalArgumentException if it is below 1
  static JoinPolicy tolerating(int failures) {
    return new Tolerating(failures);
  }

  /// See [JoinPolicy#all].
  record All() implements JoinPolicy {
    @Override
    public String toString() {
      return "all";
    }
  }

  /// See [JoinPolicy#first].
  record First() implements JoinPolicy {
    @Override
    public String toString() {
      return "first";
    }
  }

  /// See [JoinPolicy#tolerating].
  ///
  /// @param failures how many may fail, from 1
  record Tolerating(int failures) implements JoinPolicy {
    /// Rejects a number below 1.
    public Tolerating {
      if (failures < 1) {
        throw new IllegalArgumentException(
            "a join tolerates at least 1 failure, was %d; a join that tolerates none is all()"
                .formatted(failures));
      }
    }

    @Override
    public String toString() {
      return "tolerating %d".formatted(failures);
    }
  }
}
