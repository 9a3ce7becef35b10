package dev.treadle.executor.spi;

import java.util.List;
import java.util.Objects;

/// One step forward of one run: becomes visible as a whole or not at all.
///
/// The store accepts it only if the run's stored sequence is `header.sequence() - 1`; for sequence
/// 1, only if no run of that id exists, and creates it. It applies `removes` first, then `puts` (an
/// id that exists is replaced), then the header.
///
/// A very large commit comes in parts, in several calls of [CheckpointStore#append]: all parts but
/// the last have `last = false`, remove nothing, put only ids from the stored `nextId` on, and
/// leave the stored header as it is. So nothing of them is visible until the last part raises
/// `nextId`. Parts of a commit whose last part never came are discarded by
/// [CheckpointStore#discardUnfinished].
///
/// @param header the run after the commit
/// @param removes the ids that go, in ranges that hold nothing but entries to be removed
/// @param puts the entries that come or change, each id once
/// @param last whether this is the whole commit or its last part
/// @param with commits of other runs that become visible together with this one, or not at all;
///   empty but for steps that start runs; each is whole and has none of its own
public record StepCommit(
    RunHeader header,
    List<IdRange> removes,
    List<Entry> puts,
    boolean last,
    List<StepCommit> with) {
  /// Rejects missing parts; takes the lists as they are, for a commit may be large and is never
  /// changed once made.
  public StepCommit {
    Objects.requireNonNull(header, "header");
    Objects.requireNonNull(removes, "removes");
    Objects.requireNonNull(puts, "puts");
    Objects.requireNonNull(with, "with");
    if (!last && !(removes.isEmpty() && with.isEmpty() && header.sequence() > 1)) {
      throw new IllegalArgumentException("a part only puts entries, into a run that exists");
    }
  }
}
