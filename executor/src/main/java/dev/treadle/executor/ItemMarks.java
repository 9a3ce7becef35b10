package dev.treadle.executor;

import dev.treadle.StepFailure;
import java.util.Optional;

/// What is remembered of an item beside its input. Stored as it is, as JSON.
///
/// @param failures how many attempts have failed
/// @param pardoned how many of these were before the run was last resumed; they do not count for
///   the retry policy
/// @param since when the first of the attempts that count began, in milliseconds of the Unix epoch,
///   or 0 if that is not needed
/// @param dueAt when it may go on, in milliseconds of the Unix epoch, or 0 for at once
/// @param failed whether it has failed for good
/// @param failure its last failure
/// @param rescues of an item of a fallback step, the failure that led there
/// @param values the id of the group whose values are its input, or 0
/// @param started whether its input is the run's input
/// @param delivers whether its step was executed already, and its input is what the step gave out,
///   to be delivered now
/// @param unmet of the item of a join, or of an inlined workflow, that can't get what it must: why;
///   it fails when it is executed
/// @param repairs how often a repair has given it another input
/// @param undoes of an undo whose outcome is not known, the item that it undoes, or 0
/// @param awaits what it waits for, or empty if it does not
/// @param sent the id of the stored signal that it was sent, or 0
record ItemMarks(
    int failures,
    int pardoned,
    long since,
    long dueAt,
    boolean failed,
    Optional<StepFailure> failure,
    Optional<StepFailure> rescues,
    long values,
    boolean started,
    boolean delivers,
    Optional<StepFailure> unmet,
    int repairs,
    long undoes,
    Optional<Awaited> awaits,
    long sent) {
  static final ItemMarks NONE =
      new ItemMarks(
          0,
          0,
          0,
          0,
          false,
          Optional.empty(),
          Optional.empty(),
          0,
          false,
          false,
          Optional.empty(),
          0,
          0,
          Optional.empty(),
          0);

  /// Of an output that waits to be delivered.
  static ItemMarks delivery(long at) {
    var marks = NONE.draft();
    marks.dueAt = at;
    marks.delivers = true;
    return marks.done();
  }

  /// Of a fallback's item.
  static ItemMarks rescuing(StepFailure failure) {
    var marks = NONE.draft();
    marks.rescues = Optional.of(failure);
    return marks.done();
  }

  /// Of an item that fails because its scope has.
  static ItemMarks unmet(StepFailure failure) {
    var marks = NONE.draft();
    marks.unmet = Optional.of(failure);
    return marks.done();
  }

  /// Without [#unmet].
  ItemMarks met() {
    var marks = draft();
    marks.unmet = Optional.empty();
    return marks.done();
  }

  /// After one more failure that is to be tried again.
  ///
  /// @param first when the first of the attempts that count began, or 0
  ItemMarks again(StepFailure why, long at, long first) {
    var marks = draft();
    marks.failures++;
    marks.since = first;
    marks.dueAt = at;
    marks.failed = false;
    marks.failure = Optional.of(why);
    marks.delivers = false;
    marks.awaits = Optional.empty();
    return marks.done();
  }

  /// After the failure that was one too many: one more, or the last one if there was no time for
  /// another attempt.
  ItemMarks failed(StepFailure why) {
    var marks = draft();
    marks.failures = why.attempt();
    marks.dueAt = 0;
    marks.failed = true;
    marks.awaits = Optional.empty();
    marks.failure = Optional.of(why);
    return marks.done();
  }

  /// After the run was resumed.
  ItemMarks resumed() {
    var marks = draft();
    marks.pardoned = failures;
    marks.since = 0;
    marks.dueAt = 0;
    marks.failed = false;
    return marks.done();
  }

  /// After a repair gave it another input.
  ItemMarks repaired() {
    var marks = resumed().draft();
    marks.delivers = false;
    marks.unmet = Optional.empty();
    marks.sent = 0; // it waits anew
    marks.repairs++;
    return marks.done();
  }

  /// Of the undo of an item whose outcome is not known.
  static ItemMarks undoing(Item item) {
    var marks = NONE.draft();
    marks.undoes = item.sequence;
    return marks.done();
  }

  /// While it waits.
  ItemMarks awaiting(Awaited awaited, long until) {
    var marks = draft();
    marks.awaits = Optional.of(awaited);
    marks.dueAt = until;
    return marks.done();
  }

  /// After the signal that it waited for.
  ItemMarks signalled(long id) {
    var marks = draft();
    marks.awaits = Optional.empty();
    marks.dueAt = 0;
    marks.sent = id;
    return marks.done();
  }

  /// As [#signalled], of an item that stays where it is stored.
  ItemMarks signalledInStore(long id) {
    var marks = signalled(id).draft();
    marks.values = values;
    marks.started = started;
    return marks.done();
  }

  /// As stored, with where its input is.
  ItemMarks stored(long group, boolean fromStart) {
    var marks = draft();
    marks.values = group;
    marks.started = fromStart;
    return marks.done();
  }

  private Draft draft() {
    return new Draft(this);
  }

  /// A copy to change.
  private static final class Draft {
    int failures;
    int pardoned;
    long since;
    long dueAt;
    boolean failed;
    Optional<StepFailure> failure;
    Optional<StepFailure> rescues;
    long values;
    boolean started;
    boolean delivers;
    Optional<StepFailure> unmet;
    int repairs;
    long undoes;
    Optional<Awaited> awaits;
    long sent;

    Draft(ItemMarks from) {
      failures = from.failures;
      pardoned = from.pardoned;
      since = from.since;
      dueAt = from.dueAt;
      failed = from.failed;
      failure = from.failure;
      rescues = from.rescues;
      values = 0; // where the input is, is told by the item itself once it is loaded
      started = false;
      delivers = from.delivers;
      unmet = from.unmet;
      repairs = from.repairs;
      undoes = from.undoes;
      awaits = from.awaits;
      sent = from.sent;
    }

    ItemMarks done() {
      return new ItemMarks(
          failures, pardoned, since, dueAt, failed, failure, rescues, values, started, delivers,
          unmet, repairs, undoes, awaits, sent);
    }
  }
}
