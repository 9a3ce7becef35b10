package dev.treadle.checkpoint.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A folder in memory, with as much room as is wanted, which notes and fails operations where told
/// to. What is written counts as durable at once.
final class MemoryFolder implements JournalFolder {
  private final Map<String, Content> files = new TreeMap<>();
  private final List<String> done = new ArrayList<>();
  private @Nullable String failing;
  private long room = Long.MAX_VALUE;
  private long operations;
  private long failFrom = Long.MAX_VALUE;
  private long failTo = Long.MAX_VALUE;
  private long written;

  private static final class Content {
    private byte[] bytes = {};
    private int size;
  }

  /// A folder with the same files.
  MemoryFolder copy() {
    var copy = new MemoryFolder();
    files.forEach((name, content) -> copy.put(name, Arrays.copyOf(content.bytes, content.size)));
    return copy;
  }

  MemoryFolder put(String name, byte[] bytes) {
    var content = new Content();
    content.bytes = bytes;
    content.size = bytes.length;
    files.put(name, content);
    return this;
  }

  byte[] bytes(String name) {
    var content = files.get(name);
    if (content == null) {
      throw new AssertionError("there is no " + name + " among " + files.keySet());
    }
    return Arrays.copyOf(content.bytes, content.size);
  }

  /// The bytes of all segments.
  long size() {
    return files.entrySet().stream()
        .filter(file -> file.getKey().endsWith(".journal"))
        .mapToLong(file -> file.getValue().size)
        .sum();
  }

  /// The name of the last segment.
  String last() {
    return files.keySet().stream().filter(name -> name.endsWith(".journal")).toList().getLast();
  }

  long written() {
    return written;
  }

  /// The operations since the last call.
  List<String> done() {
    var copy = List.copyOf(done);
    done.clear();
    return copy;
  }

  /// From now on operations that begin so fail; null for none.
  void fail(@Nullable String operation) {
    failing = operation;
  }

  /// How many operations there were.
  long operations() {
    return operations;
  }

  /// Operations with these numbers fail, writes in their midst.
  void failOperations(long from, long to) {
    failFrom = from;
    failTo = to;
  }

  /// From now on only so many bytes can be written.
  void room(long bytes) {
    room = bytes;
  }

  @Override
  public String location() {
    return "memory";
  }

  @Override
  public List<String> names() {
    return List.copyOf(files.keySet());
  }

  @Override
  public boolean exists(String name) {
    return files.containsKey(name);
  }

  @Override
  public JournalFile create(String name) throws IOException {
    begin("create", name);
    if (files.containsKey(name)) {
      throw new FileAlreadyExistsException(name);
    }
    files.put(name, new Content());
    return open(name);
  }

  @Override
  public JournalFile open(String name) throws IOException {
    var content = files.get(name);
    if (content == null) {
      throw new NoSuchFileException(name);
    }
    return new MemoryFile(name, content);
  }

  @Override
  public JournalFile openReadOnly(String name) throws IOException {
    return open(name);
  }

  @Override
  public void rename(String from, String to) throws IOException {
    begin("rename", from);
    var content = files.remove(from);
    if (content == null) {
      throw new NoSuchFileException(from);
    }
    files.put(to, content);
  }

  @Override
  public void delete(String name) throws IOException {
    begin("delete", name);
    files.remove(name);
  }

  @Override
  public void force() throws IOException {
    begin("force", "folder");
  }

  private void begin(String operation, String name) throws IOException {
    var text = operation + " " + name;
    done.add(text);
    long number = operations++;
    boolean fails = number >= failFrom && number < failTo;
    if (fails && operation.equals("write")) {
      room = number % 50;
    } else if (fails || (failing != null && text.startsWith(failing))) {
      throw new IOException("planted");
    }
  }

  private final class MemoryFile implements JournalFile {
    private final String name;
    private final Content content;

    private MemoryFile(String name, Content content) {
      this.name = name;
      this.content = content;
    }

    @Override
    public long size() {
      return content.size;
    }

    @Override
    public void read(ByteBuffer into, long at) {
      int length = Math.min(into.remaining(), content.size - (int) at);
      if (length > 0) {
        into.put(content.bytes, (int) at, length);
      }
    }

    @Override
    public void write(ByteBuffer from, long at) throws IOException {
      begin("write", name);
      int length = (int) Math.min(from.remaining(), room);
      int end = (int) at + length;
      if (end > content.bytes.length) {
        content.bytes = Arrays.copyOf(content.bytes, Math.max(end, 2 * content.bytes.length));
      }
      boolean full = length < from.remaining();
      from.get(content.bytes, (int) at, length);
      content.size = Math.max(content.size, end);
      written += length;
      room -= length;
      if (full) {
        room = failTo == Long.MAX_VALUE ? room : Long.MAX_VALUE;
        throw new IOException("No space left on device");
      }
    }

    @Override
    public void truncate(long size) throws IOException {
      begin("truncate", name);
      content.size = (int) Math.min(size, content.size);
    }

    @Override
    public void force() throws IOException {
      begin("force", name);
    }

    @Override
    public void close() {}
  }
}
