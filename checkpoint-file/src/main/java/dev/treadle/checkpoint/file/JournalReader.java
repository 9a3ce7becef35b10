package dev.treadle.checkpoint.file;

import dev.treadle.RunId;
import dev.treadle.executor.spi.CheckpointReader;
import dev.treadle.executor.spi.Entry;
import dev.treadle.executor.spi.Retention;
import dev.treadle.executor.spi.RunHeader;
import dev.treadle.executor.spi.RunQuery;
import dev.treadle.executor.spi.StoreException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Optional;

/// A reader of a journal that another process may be writing to. Before each call it reads what has
/// been added; when the writer has begun or deleted a file, it reads all anew.
///
/// Confined to one thread, as a [CheckpointReader] is.
final class JournalReader implements CheckpointReader {
  private static final int TRIES = 10;

  private final JournalFolder folder;
  private final Confinement confinement;
  private Loaded loaded;
  private List<String> names;

  private JournalReader(JournalFolder folder) throws IOException {
    this.folder = folder;
    this.confinement = new Confinement(folder.location());
    this.names = ours(folder);
    this.loaded = load(folder, names);
  }

  static JournalReader open(JournalFolder folder) {
    try {
      return Interrupts.deferred(() -> new JournalReader(folder));
    } catch (IOException e) {
      throw failed(folder, e);
    }
  }

  /// What was found damaged.
  List<Finding> findings() {
    return List.copyOf(loaded.replay().findings());
  }

  Loaded loaded() {
    return loaded;
  }

  @Override
  public Optional<RunHeader> find(RunId run) {
    return read(reader -> reader.find(run));
  }

  @Override
  public List<Entry> entries(RunId run, long afterId, int limit) {
    FileCheckpointStore.checkLimit(limit);
    return read(reader -> reader.entries(run, afterId, limit));
  }

  @Override
  public List<RunHeader> list(RunQuery query) {
    return read(reader -> reader.list(query));
  }

  @Override
  public String location() {
    return folder.location();
  }

  @Override
  public void close() {
    if (confinement.close()) {
      try {
        loaded.close();
      } catch (IOException e) {
        throw new StoreException(location(), "the journal can't be closed: " + e, e);
      }
    }
  }

  /// A question to the journal as it is now.
  @FunctionalInterface
  private interface Question<T> {
    T ask(RunReader reader) throws IOException;
  }

  private <T> T read(Question<T> question) {
    confinement.use();
    try {
      return Interrupts.deferred(() -> {
        refresh();
        return question.ask(new RunReader(loaded.segments(), loaded.index()));
      });
    } catch (IOException e) {
      throw failed(folder, e);
    }
  }

  private void refresh() throws IOException {
    var now = ours(folder);
    if (now.equals(names)) {
      loaded = loaded.further();
    } else {
      var fresh = load(folder, now);
      loaded.close();
      loaded = fresh;
      names = now;
    }
  }

  /// The names that change when a file begins or goes, or an opening begins.
  private static List<String> ours(JournalFolder folder) throws IOException {
    return folder.names().stream()
        .filter(name -> Names.isOurs(name) && !name.equals(Names.LOCK))
        .sorted()
        .toList();
  }

  /// The writer may delete files in between, which are needed no more then.
  private static Loaded load(JournalFolder folder, List<String> names) throws IOException {
    var current = names;
    for (int left = TRIES; ; left--) {
      try {
        var numbers = Opening.checkOurs(folder, current);
        if (numbers.isEmpty()) {
          throw Damage.nothing(folder);
        }
        return Loaded.read(folder, numbers, false, new Retirement(KEEP_ALL));
      } catch (NoSuchFileException e) {
        if (left == 0) {
          throw e;
        }
        current = folder.names();
      }
    }
  }

  private static final FileOptions KEEP_ALL = FileOptions.defaults().withRetention(Retention.all());

  private static StoreException failed(JournalFolder folder, IOException e) {
    return new StoreException(folder.location(), "the journal can't be read: " + e, e);
  }
}
