package dev.treadle.executor;

import dev.treadle.executor.spi.Entry;
import dev.treadle.executor.spi.StepCommit;
import java.util.ArrayList;
import java.util.List;

/// A commit in pieces of bounded size, so that a very large one does not hold up those of other
/// runs. All pieces but the last hold only entries with new ids, which nobody sees before the last.
final class PartedCommit {
  private static final int MAX_ENTRIES = 4_000;
  private static final long MAX_BYTES = 4L << 20;

  private final StepCommit whole;
  private final List<Entry> puts;

  /// How many of the entries, from the first, have new ids.
  private final int fresh;

  private int written;
  private int planned;

  /// @param firstNewId the first id that no commit before this one has used
  PartedCommit(StepCommit whole, long firstNewId) {
    this.whole = whole;
    boolean small = isSmall(whole.puts());
    this.puts = small ? whole.puts() : newFirst(whole.puts(), firstNewId);
    this.fresh = small ? 0 : (int) puts.stream().filter(put -> put.id() >= firstNewId).count();
  }

  String run() {
    return whole.header().id().value();
  }

  /// The next part to write; the same again until [#advance].
  StepCommit next() {
    planned = end();
    if (planned < puts.size()) {
      var part = puts.subList(written, planned);
      return new StepCommit(whole.header(), List.of(), part, false, List.of());
    }
    if (written == 0) {
      return whole;
    }
    var rest = puts.subList(written, planned);
    return new StepCommit(whole.header(), whole.removes(), rest, true, whole.with());
  }

  /// The part that [#next] gave was written.
  ///
  /// @return whether it was the last
  boolean advance() {
    written = planned;
    return written == puts.size();
  }

  private int end() {
    long bytes = 0;
    int at = written;
    while (at < fresh) {
      bytes += puts.get(at++).payload().length;
      if (at - written == MAX_ENTRIES || bytes > MAX_BYTES) {
        return at;
      }
    }
    return puts.size();
  }

  private static boolean isSmall(List<Entry> puts) {
    if (puts.size() > MAX_ENTRIES) {
      return false;
    }
    long bytes = 0;
    for (int i = 0; i < puts.size(); i++) {
      bytes += puts.get(i).payload().length;
    }
    return bytes <= MAX_BYTES;
  }

  private static List<Entry> newFirst(List<Entry> puts, long firstNewId) {
    var ordered = new ArrayList<Entry>(puts.size());
    puts.stream().filter(put -> put.id() >= firstNewId).forEach(ordered::add);
    puts.stream().filter(put -> put.id() < firstNewId).forEach(ordered::add);
    return ordered;
  }
}
