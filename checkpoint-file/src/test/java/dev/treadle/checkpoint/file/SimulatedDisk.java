package dev.treadle.checkpoint.file;

import dev.treadle.checkpoint.file.Fault.Operation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/// A folder on a disk that loses whatever was not forced when its power is cut, and whose
/// operations fail when they are told to.
final class SimulatedDisk implements JournalFolder {
  private final Map<String, SimulatedFile> names = new TreeMap<>();
  private final Map<String, SimulatedFile> durable = new TreeMap<>();
  private final List<NameChange> pending = new ArrayList<>();
  private LongFunction<@Nullable Fault> faults = _ -> null;
  private Runnable afterChange = () -> {};
  private final List<Operation> operations = new ArrayList<>();
  private int fired;
  private boolean lyingOfFiles;
  private boolean lyingOfNames;

  /// A name that was given, taken away (without a file), or moved.
  private record NameChange(@Nullable String from, String to, @Nullable SimulatedFile file) {
    void apply(Map<String, SimulatedFile> names) {
      if (from != null) {
        names.remove(from);
      }
      if (file == null) {
        names.remove(to);
      } else {
        names.put(to, file);
      }
    }
  }

  // --- what a test does to it

  /// Called after each operation that changed something.
  void afterChange(Runnable called) {
    afterChange = called;
  }

  /// Tells how the operation of a number, counted from 0, fails, if it does. A fault that does not
  /// fit the operation lets it be.
  void faults(LongFunction<@Nullable Fault> chosen) {
    faults = chosen;
    operations.clear();
    fired = 0;
  }

  /// The operations since the faults were chosen.
  List<Operation> operations() {
    return operations;
  }

  /// How many of them failed.
  int fired() {
    return fired;
  }

  /// From now on it forces no file, and says that it had.
  void lieOfFiles() {
    lyingOfFiles = true;
  }

  /// From now on it forces no names, and says that it had.
  void lieOfNames() {
    lyingOfNames = true;
  }

  /// Whether a power loss may take something.
  boolean isDirty() {
    return !pending.isEmpty() || names.values().stream().anyMatch(SimulatedFile::isDirty);
  }

  /// The disk as it may be after a power loss now: any of the changes that were not forced may have
  /// arrived, in any order.
  SimulatedDisk cutPower(Random random) {
    var left = new TreeMap<>(durable);
    int mode = random.nextInt(4);
    for (var change : pending) {
      if (mode == 0 || (mode > 1 && random.nextBoolean())) {
        change.apply(left);
      }
    }
    var disk = new SimulatedDisk();
    left.forEach((name, file) -> disk.put(name, file.survivor(random)));
    return disk;
  }

  /// The same folder as the next process sees it when only this one dies, but nothing that it does
  /// changes this one.
  SimulatedDisk copy() {
    var disk = new SimulatedDisk();
    names.forEach((name, file) -> disk.put(name, file.whole()));
    return disk;
  }

  SimulatedDisk put(String name, byte[] bytes) {
    put(name, SimulatedFile.of(bytes));
    return this;
  }

  /// Puts bytes into a file from an offset on.
  void put(String name, byte[] piece, int at) {
    Objects.requireNonNull(names.get(name)).put(piece, at);
  }

  /// The numbers of the segments.
  List<Integer> segments() {
    return Names.segments(List.copyOf(names.keySet()));
  }

  /// The name of the last segment.
  String last() {
    return Names.segment(segments().getLast());
  }

  private void put(String name, SimulatedFile file) {
    names.put(name, file);
    durable.put(name, file);
  }

  /// Whether a file holds exactly these bytes whose name has such a part.
  boolean holds(String partOfName, byte[] bytes) {
    return names.entrySet().stream()
        .anyMatch(file ->
            file.getKey().contains(partOfName) && Arrays.equals(file.getValue().bytes(), bytes));
  }

  byte[] bytes(String name) {
    var file = names.get(name);
    if (file == null) {
      throw new AssertionError("there is no " + name + " among " + names.keySet());
    }
    return file.bytes();
  }

  // --- what a store asks of it

  @Override
  public String location() {
    return "disk";
  }

  @Override
  public List<String> names() throws IOException {
    return get(Operation.NAMES, () -> List.copyOf(names.keySet()));
  }

  @Override
  public boolean exists(String name) {
    try {
      return get(Operation.EXISTS, () -> names.containsKey(name));
    } catch (IOException e) {
      return false; // as Files.exists has it
    }
  }

  @Override
  public JournalFile create(String name) throws IOException {
    return get(
        Operation.CREATE,
        () -> {
          if (names.containsKey(name)) {
            throw new FileAlreadyExistsException(name);
          }
          var file = new SimulatedFile();
          change(new NameChange(null, name, file));
          return new Handle(file);
        });
  }

  @Override
  public JournalFile open(String name) throws IOException {
    return get(Operation.OPEN, () -> new Handle(file(name)));
  }

  @Override
  public JournalFile openReadOnly(String name) throws IOException {
    return open(name);
  }

  @Override
  public void rename(String from, String to) throws IOException {
    perform(Operation.RENAME, () -> change(new NameChange(from, to, file(from))));
  }

  @Override
  public void delete(String name) throws IOException {
    perform(
        Operation.DELETE,
        () -> {
          if (names.containsKey(name)) {
            change(new NameChange(null, name, null));
          }
        });
  }

  @Override
  public void force() throws IOException {
    perform(
        Operation.FORCE_FOLDER,
        () -> {
          if (!lyingOfNames) {
            pending.forEach(change -> change.apply(durable));
            pending.clear();
          }
        });
  }

  private void change(NameChange change) {
    change.apply(names);
    pending.add(change);
  }

  private SimulatedFile file(String name) throws IOException {
    var file = names.get(name);
    if (file == null) {
      throw new NoSuchFileException(name);
    }
    return file;
  }

  // --- how it fails

  private interface Effect<T> {
    T get() throws IOException;
  }

  private interface Change {
    void run() throws IOException;
  }

  private void perform(Operation operation, Change change) throws IOException {
    get(
        operation,
        () -> {
          change.run();
          return true;
        });
  }

  private <T> T get(Operation operation, Effect<T> effect) throws IOException {
    return finish(operation, next(operation), effect);
  }

  private @Nullable Fault next(Operation operation) {
    var fault = faults.apply(operations.size());
    operations.add(operation);
    if (fault == null || !fault.fits(operation)) {
      return null;
    }
    fired++;
    return fault;
  }

  private <T> T finish(Operation operation, @Nullable Fault fault, Effect<T> effect)
      throws IOException {
    if (fault == Fault.ERROR) {
      throw new OutOfMemoryError("planted");
    }
    if (fault == null || fault == Fault.AFTER || fault == Fault.LATE_ERROR) {
      T got = effect.get();
      if (operation.changes()) {
        afterChange.run();
      }
      if (fault == null) {
        return got;
      }
    }
    if (fault == Fault.LATE_ERROR) {
      throw new OutOfMemoryError("planted");
    }
    throw new IOException("planted");
  }

  /// A file that is open.
  private final class Handle implements JournalFile {
    private final SimulatedFile file;
    private boolean closed;

    Handle(SimulatedFile file) {
      this.file = file;
    }

    @Override
    public long size() throws IOException {
      return use(Operation.SIZE, file::size);
    }

    @Override
    public void read(ByteBuffer into, long at) throws IOException {
      use(
          Operation.READ,
          () -> {
            file.read(into, at);
            return true;
          });
    }

    @Override
    public void write(ByteBuffer from, long at) throws IOException {
      open();
      var fault = next(Operation.WRITE);
      int length = from.remaining();
      if (fault == Fault.SHORT || fault == Fault.FULL) {
        file.write(from, at, operations.size() * 7919 % length);
        afterChange.run();
      }
      close(fault);
      finish(
          Operation.WRITE,
          fault,
          () -> {
            file.write(from, at, length);
            return true;
          });
    }

    @Override
    public void truncate(long size) throws IOException {
      use(
          Operation.TRUNCATE,
          () -> {
            file.truncate(size);
            return true;
          });
    }

    @Override
    public void force() throws IOException {
      open();
      var fault = next(Operation.FORCE);
      if (fault == Fault.LOST) {
        file.loseForce();
      }
      close(fault);
      finish(
          Operation.FORCE,
          fault,
          () -> {
            if (!lyingOfFiles) {
              file.force();
            }
            return true;
          });
    }

    @Override
    public void close() throws IOException {
      var fault = next(Operation.CLOSE);
      closed = true;
      finish(Operation.CLOSE, fault, () -> true);
    }

    private <T> T use(Operation operation, Effect<T> effect) throws IOException {
      open();
      var fault = next(operation);
      close(fault);
      return finish(operation, fault, effect);
    }

    private void open() throws ClosedChannelException {
      if (closed) {
        throw new ClosedChannelException();
      }
    }

    private void close(@Nullable Fault fault) {
      closed |= fault == Fault.CLOSED;
    }
  }
}
