package dev.treadle.checkpoint.file;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// A file as a system with a cache has it: what processes see, what the device surely has, and what
/// was written in between and may be there or not, sector by sector.
final class SimulatedFile {
  static final int SECTOR = 512;

  private final Bytes seen;
  private final Bytes durable;
  private final List<Change> pending = new ArrayList<>();

  SimulatedFile() {
    this(new Bytes(new byte[0], 0));
  }

  private SimulatedFile(Bytes both) {
    this.seen = both;
    this.durable = both.copy();
  }

  /// A file whose bytes are durable.
  static SimulatedFile of(byte[] bytes) {
    return new SimulatedFile(new Bytes(bytes, bytes.length));
  }

  /// Bytes that are copied when they are first changed.
  private static final class Bytes {
    private byte[] bytes;
    private int size;
    private boolean mine;

    Bytes(byte[] bytes, int size) {
      this.bytes = bytes;
      this.size = size;
    }

    Bytes copy() {
      mine = false;
      return new Bytes(bytes, size);
    }

    void write(int at, byte[] from, int begin, int length) {
      int end = at + length;
      if (!mine || end > bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.max(bytes.length, 2 * end));
        mine = true;
      }
      System.arraycopy(from, begin, bytes, at, length);
      size = Math.max(size, end);
    }

    /// Cuts off, or appends zeros.
    void resize(int to) {
      if (to == size) {
        return;
      }
      if (!mine || to > bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.max(bytes.length, to));
        mine = true;
      }
      Arrays.fill(bytes, Math.min(size, to), bytes.length, (byte) 0);
      size = to;
    }
  }

  /// What was not forced: some sectors, or a new size with nothing in `sectors`.
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Change(int at, byte[] sectors, int size) {
    boolean cuts() {
      return sectors.length == 0;
    }
  }

  int size() {
    return seen.size;
  }

  byte[] bytes() {
    return Arrays.copyOf(seen.bytes, seen.size);
  }

  /// Whether something was not forced.
  boolean isDirty() {
    return !pending.isEmpty();
  }

  void read(ByteBuffer into, long at) {
    int length = Math.min(into.remaining(), seen.size - (int) at);
    if (length > 0) {
      into.put(seen.bytes, (int) at, length);
    }
  }

  void write(ByteBuffer from, long at, int length) {
    var bytes = new byte[length];
    from.get(bytes);
    seen.write((int) at, bytes, 0, length);
    int begin = (int) at / SECTOR * SECTOR;
    int end = Math.min(seen.size, ((int) at + length + SECTOR - 1) / SECTOR * SECTOR);
    if (length > 0) {
      pending.add(new Change(begin, Arrays.copyOfRange(seen.bytes, begin, end), seen.size));
    }
  }

  void truncate(long size) {
    if (size < seen.size) {
      seen.resize((int) size);
      pending.add(new Change((int) size, new byte[0], (int) size));
    }
  }

  void force() {
    for (var change : pending) {
      apply(change, durable);
    }
    pending.clear();
  }

  /// A force that fails: the system takes what it could not write for written.
  void loseForce() {
    pending.clear();
  }

  private static void apply(Change change, Bytes to) {
    if (change.cuts()) {
      to.resize(change.size);
    } else {
      to.write(change.at, change.sectors, 0, change.sectors.length);
    }
  }

  /// Puts bytes there at once.
  void put(byte[] piece, int at) {
    seen.write(at, piece, 0, piece.length);
  }

  // --- what is left after a power loss

  /// The file as it may be after a power loss: of what was not forced, each sector may have any of
  /// its states, and the size too.
  SimulatedFile survivor(Random random) {
    var left = durable.copy();
    if (isDirty()) {
      int mode = random.nextInt(5);
      int most = pending.size();
      int cut = random.nextInt(most + 1);
      int size = chosenSize(random);
      for (int i = 0; i < most; i++) {
        boolean all = i < cut || mode == 0;
        apply(pending.get(i), left, random, all ? 0 : mode);
      }
      left.resize(size);
    }
    return new SimulatedFile(left);
  }

  /// @param mode 0: all of it arrives, 1: nothing, 2: its first sectors, 3: each of them or not, 4:
  ///   all but one
  private static void apply(Change change, Bytes to, Random random, int mode) {
    if (change.cuts()) {
      if (mode == 0 || random.nextBoolean()) {
        to.resize(Math.min(to.size, change.size));
      }
      return;
    }
    int sectors = (change.sectors.length + SECTOR - 1) / SECTOR;
    int odd = random.nextInt(sectors);
    for (int i = 0; i < sectors; i++) {
      boolean arrives =
          switch (mode) {
            case 0 -> true;
            case 1 -> false;
            case 2 -> i < odd;
            case 3 -> random.nextBoolean();
            default -> i != odd;
          };
      if (arrives) {
        int from = i * SECTOR;
        int length = Math.min(SECTOR, change.sectors.length - from);
        to.write(change.at + from, change.sectors, from, length);
      }
    }
  }

  /// A size that the file had since it was last forced, or a sector's end on the way there.
  private int chosenSize(Random random) {
    int which = random.nextInt(pending.size() + 1);
    int from = which == 0 ? durable.size : pending.get(which - 1).size;
    int to = pending.getLast().size;
    if (to <= from || random.nextInt(3) > 0) {
      return random.nextInt(3) == 0 ? from : to;
    }
    int sectors = (to - from) / SECTOR;
    return Math.min(to, (from / SECTOR + random.nextInt(sectors + 1)) * SECTOR + SECTOR);
  }

  /// The same bytes, which may go different ways from here.
  SimulatedFile whole() {
    return new SimulatedFile(seen.copy());
  }
}
