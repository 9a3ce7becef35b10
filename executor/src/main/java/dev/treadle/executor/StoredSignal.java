package dev.treadle.executor;

import dev.treadle.RunStatus;
import dev.treadle.executor.spi.Entry;
import dev.treadle.executor.spi.RunHeader;
import dev.treadle.executor.spi.StepCommit;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A signal for a stored run that nobody drives: looks through what is stored and writes what the
/// signal changes. The workflow need not be known. Used once, by one thread, while nobody else may
/// load the run.
final class StoredSignal {
  private static final int PAGE = 4_000;
  private static final byte[] NONE = {};

  private final GroupCommitter committer;
  private final EntryCodec codec;
  private final RunHeader header;
  private final Awaited to;

  private @Nullable Entry waiting;
  private boolean taken;

  /// Groups in which everything is dropped; they come before what lies in them.
  private final Set<Long> closed = new HashSet<>(0);

  /// The earliest time that another item waits for, or 0.
  private long due;

  StoredSignal(GroupCommitter committer, EntryCodec codec, RunHeader header, Awaited to) {
    this.committer = committer;
    this.codec = codec;
    this.header = header;
    this.to = to;
  }

  /// Sends the signal.
  ///
  /// @param payload its value as it is stored
  SignalAnswer send(byte[] payload, TimeSource time) {
    committer.call(store -> {
      store.discardUnfinished(header.id());
      return true;
    });
    look();
    if (waiting == null && taken) {
      return SignalAnswer.LATE;
    }
    var now = time.now().truncatedTo(ChronoUnit.MILLIS);
    if (!committer.submit(commit(payload, now), header.nextId()).await()) {
      throw new RunConflictException(header.id(), "was changed by somebody else");
    }
    return waiting == null ? SignalAnswer.KEPT : SignalAnswer.DELIVERED;
  }

  private void look() {
    long after = -1;
    List<Entry> page;
    do {
      long from = after;
      page = committer.call(store -> store.entries(header.id(), from, PAGE));
      for (var entry : page) {
        look(entry);
        after = entry.id();
      }
    } while (page.size() == PAGE);
  }

  private void look(Entry entry) {
    boolean isDropped = closed.contains(entry.group());
    if (entry.kind() == Entry.Kind.SIGNAL) {
      taken |= codec.signal(entry.detail()).awaited().equals(to);
    } else if (entry.kind() == Entry.Kind.GROUP) {
      if (isDropped || codec.group(entry.detail()).closed()) {
        closed.add(entry.id());
      }
    } else if (entry.kind() == Entry.Kind.ITEM && isDropped) {
      taken |= codec.marks(entry.detail()).awaits().map(to::equals).orElse(false);
    } else if (entry.kind() == Entry.Kind.ITEM) {
      if (codec.marks(entry.detail()).awaits().map(to::equals).orElse(false)) {
        waiting = entry;
      } else if (entry.dueAt() > 0) {
        due = due == 0 ? entry.dueAt() : Math.min(due, entry.dueAt());
      }
    }
  }

  private StepCommit commit(byte[] payload, Instant now) {
    long id = header.nextId();
    var puts = new ArrayList<Entry>(3);
    puts.add(CommitBuilder.signal(id, codec.signal(new SignalNote(to, false)), payload));
    var item = waiting;
    if (item == null) {
      return commit(puts, header.status(), header.dueAt(), id + 1, now);
    }
    if (!taken) {
      puts.add(CommitBuilder.signal(id + 1, codec.signal(new SignalNote(to, true)), NONE));
    }
    puts.add(
        new Entry(
            item.id(),
            item.kind(),
            item.step(),
            item.group(),
            item.path(),
            0,
            item.payload(),
            codec.marks(codec.marks(item.detail()).signalledInStore(id))));
    var status = header.status() == RunStatus.WAITING ? RunStatus.RUNNING : header.status();
    var next = due == 0 ? Optional.<Instant>empty() : Optional.of(Instant.ofEpochMilli(due));
    return commit(puts, status, next, id + 2, now);
  }

  private StepCommit commit(
      List<Entry> puts, RunStatus status, Optional<Instant> dueAt, long nextId, Instant now) {
    var after =
        new RunHeader(
            header.id(),
            header.workflow(),
            status,
            header.reason(),
            header.sequence() + 1,
            nextId,
            header.createdAt(),
            now,
            dueAt,
            header.labels(),
            header.detail());
    return new StepCommit(after, List.of(), puts, true, List.of());
  }
}
