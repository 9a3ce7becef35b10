package dev.treadle.checkpoint.file;

import java.util.Arrays;

/// Where the entries of one run lie: for each, in the order of ids, its id, its place and its
/// length. A place is a segment's number and an offset in one number.
///
/// Kept in chunks of bounded size, so that a change costs the same in a run of three entries and of
/// a million. The first number of a chunk is how many entries it has; no chunk but the only one is
/// empty.
///
/// Used by one thread.
final class EntryTable {
  private static final int WIDTH = 3;
  private static final int MOST = 128;

  private long[][] chunks = {new long[1 + 2 * WIDTH]};
  private int used = 1;
  private int size;

  /// What is done with an entry.
  @FunctionalInterface
  interface Visitor {
    void visit(long id, long place, int length);
  }

  int size() {
    return size;
  }

  /// The place of an entry, or -1.
  long place(long id) {
    var chunk = chunks[chunkOf(id)];
    int at = find(chunk, id);
    return at >= 0 ? chunk[slot(at) + 1] : -1;
  }

  /// The length of an entry that is there.
  int length(long id) {
    var chunk = chunks[chunkOf(id)];
    return (int) chunk[slot(find(chunk, id)) + 2];
  }

  void put(long id, long place, int length) {
    int which = chunkOf(id);
    int at = find(chunks[which], id);
    if (at < 0) {
      which = withRoom(which, id);
      at = -1 - find(chunks[which], id);
      insert(which, at, id);
    }
    var chunk = chunks[which];
    chunk[slot(at) + 1] = place;
    chunk[slot(at) + 2] = length;
  }

  void remove(long id) {
    int which = chunkOf(id);
    var chunk = chunks[which];
    int at = find(chunk, id);
    if (at < 0) {
      return;
    }
    int count = (int) chunk[0] - 1;
    System.arraycopy(chunk, slot(at + 1), chunk, slot(at), WIDTH * (count - at));
    chunk[0] = count;
    size--;
    if (count == 0 && used > 1) {
      used--;
      System.arraycopy(chunks, which + 1, chunks, which, used - which);
      chunks[used] = new long[0];
    }
  }

  /// Visits entries in the order of their ids; none may be changed meanwhile.
  ///
  /// @param first the lowest id
  /// @param last the highest id
  /// @param limit at most so many
  void visit(long first, long last, int limit, Visitor visitor) {
    int left = limit;
    for (int which = chunkOf(first); which < used; which++) {
      var chunk = chunks[which];
      int at = find(chunk, first);
      for (at = at < 0 ? -1 - at : at; at < chunk[0]; at++) {
        long id = chunk[slot(at)];
        if (id > last || left-- == 0) {
          return;
        }
        visitor.visit(id, chunk[slot(at) + 1], (int) chunk[slot(at) + 2]);
      }
    }
  }

  /// The ids within a range.
  long[] ids(long first, long last) {
    var found = new long[4];
    int count = 0;
    for (int which = chunkOf(first); which < used; which++) {
      var chunk = chunks[which];
      int at = find(chunk, first);
      for (at = at < 0 ? -1 - at : at; at < chunk[0] && chunk[slot(at)] <= last; at++) {
        found = count < found.length ? found : Arrays.copyOf(found, 2 * count);
        found[count++] = chunk[slot(at)];
      }
      if (at < chunk[0]) {
        break;
      }
    }
    return Arrays.copyOf(found, count);
  }

  /// How many entries have a lower id.
  int countBelow(long id) {
    int which = chunkOf(id);
    int at = find(chunks[which], id);
    int count = size - (int) chunks[which][0] + (at < 0 ? -1 - at : at);
    for (int above = which + 1; above < used; above++) {
      count -= (int) chunks[above][0];
    }
    return count;
  }

  /// Gives memory back that entries to come would have used.
  void trim() {
    for (int which = 0; which < used; which++) {
      int length = slot((int) chunks[which][0]);
      if (chunks[which].length > length) {
        chunks[which] = Arrays.copyOf(chunks[which], length);
      }
    }
    chunks = chunks.length == used ? chunks : Arrays.copyOf(chunks, used);
  }

  private static int slot(int at) {
    return 1 + WIDTH * at;
  }

  /// The last chunk whose first id is not higher; the first chunk if there is none.
  private int chunkOf(long id) {
    int low = 0;
    int high = used - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (chunks[middle][1] <= id) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  /// As [Arrays#binarySearch].
  private static int find(long[] chunk, long id) {
    int low = 0;
    int high = (int) chunk[0] - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      long there = chunk[slot(middle)];
      if (there == id) {
        return middle;
      } else if (there < id) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -1 - low;
  }

  private void insert(int which, int at, long id) {
    var chunk = chunks[which];
    int count = (int) chunk[0];
    if (slot(count + 1) > chunk.length) {
      chunk = Arrays.copyOf(chunk, slot(Math.min(MOST, count + 1 + count / 2)));
      chunks[which] = chunk;
    }
    System.arraycopy(chunk, slot(at), chunk, slot(at + 1), WIDTH * (count - at));
    chunk[slot(at)] = id;
    chunk[0]++;
    size++;
  }

  /// Splits a full chunk; one that grows at its end only stays full.
  ///
  /// @return the chunk that the id belongs to
  private int withRoom(int which, long id) {
    var chunk = chunks[which];
    int count = (int) chunk[0];
    if (count < MOST) {
      return which;
    }
    int kept = id > chunk[slot(count - 1)] ? count : count / 2;
    var rest = new long[slot(Math.max(count - kept, 2))];
    System.arraycopy(chunk, slot(kept), rest, 1, WIDTH * (count - kept));
    rest[0] = (long) count - kept;
    chunk[0] = kept;
    chunks = used < chunks.length ? chunks : Arrays.copyOf(chunks, used + 1 + used / 2);
    System.arraycopy(chunks, which + 1, chunks, which + 2, used - which - 1);
    chunks[which + 1] = rest;
    used++;
    return kept == count || id >= chunks[which + 1][1] ? which + 1 : which;
  }
}
