package dev.treadle.checkpoint.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;

/// A folder on disk.
final class DiskFolder implements JournalFolder {
  private static final Set<OpenOption> CREATE =
      Set.of(
          StandardOpenOption.CREATE_NEW,
          StandardOpenOption.READ,
          StandardOpenOption.WRITE,
          LinkOption.NOFOLLOW_LINKS);
  private static final Set<OpenOption> WRITE =
      Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
  private static final Set<OpenOption> READ =
      Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);

  private final Path folder;

  DiskFolder(Path folder) {
    this.folder = folder.toAbsolutePath().normalize();
  }

  /// Creates the folder, for its owner only, if it is absent.
  ///
  /// @throws IOException if it can't be created, or if what lies there is no folder
  void createIfAbsent() throws IOException {
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      Files.createDirectory(folder, attributes("rwx------"));
      var parent = folder.getParent();
      if (parent != null) {
        forceFolder(parent);
      }
    }
    check();
  }

  /// @throws IOException if what lies there is no folder
  void check() throws IOException {
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      throw new NotDirectoryException(folder.toString());
    }
  }

  Path path(String name) {
    return folder.resolve(name);
  }

  @Override
  public String location() {
    return folder.toString();
  }

  @Override
  public List<String> names() throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(file -> String.valueOf(file.getFileName())).toList();
    }
  }

  @Override
  public boolean exists(String name) {
    return Files.exists(path(name), LinkOption.NOFOLLOW_LINKS);
  }

  @Override
  public JournalFile create(String name) throws IOException {
    return new DiskFile(FileChannel.open(path(name), CREATE, attributes("rw-------")));
  }

  @Override
  public JournalFile open(String name) throws IOException {
    return opened(name, WRITE);
  }

  @Override
  public JournalFile openReadOnly(String name) throws IOException {
    return opened(name, READ);
  }

  @Override
  public void rename(String from, String to) throws IOException {
    Files.move(path(from), path(to), StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public void delete(String name) throws IOException {
    Files.deleteIfExists(path(name));
  }

  @Override
  public void force() throws IOException {
    forceFolder(folder);
  }

  private JournalFile opened(String name, Set<OpenOption> options) throws IOException {
    if (exists(name) && !Files.isRegularFile(path(name), LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException(name + " is no regular file");
    }
    return new DiskFile(FileChannel.open(path(name), options));
  }

  private FileAttribute<?>[] attributes(String permissions) {
    return isPosix()
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }

  /// Where folders can't be opened, the system makes their changes durable by itself.
  private void forceFolder(Path which) throws IOException {
    if (isPosix()) {
      try (var channel = FileChannel.open(which, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  private boolean isPosix() {
    return folder.getFileSystem().supportedFileAttributeViews().contains("posix");
  }

  /// A file on disk.
  private record DiskFile(FileChannel channel) implements JournalFile {
    @Override
    public long size() throws IOException {
      return channel.size();
    }

    @Override
    public void read(ByteBuffer into, long at) throws IOException {
      long from = at;
      while (into.hasRemaining()) {
        int read = channel.read(into, from);
        if (read < 0) {
          return;
        }
        from += read;
      }
    }

    @Override
    public void write(ByteBuffer from, long at) throws IOException {
      long to = at;
      while (from.hasRemaining()) {
        to += channel.write(from, to);
      }
    }

    @Override
    public void truncate(long size) throws IOException {
      channel.truncate(size);
    }

    @Override
    public void force() throws IOException {
      channel.force(false);
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
