package dev.treadle.executor.spi;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The operating system's lock on a file beside a store, which makes its holder the one process
/// that writes there. The lock goes when the process dies, however it dies; the file stays, and is
/// never to be deleted.
///
/// The text in the file (process id, host, start time) only serves the message that others get.
///
/// Safe for use by any thread.
public final class StoreLock implements AutoCloseable {
  /// Far behind the text, for some systems forbid others to read what is locked.
  private static final long LOCKED_BYTE = Long.MAX_VALUE - 1;

  private static final int LONGEST_TEXT = 512;

  /// Guards `HELD` and every channel on a lock file: to close any other channel on a locked file
  /// would drop the lock, for such locks belong to the process.
  private static final ReentrantLock GUARD = new ReentrantLock();

  private static final Set<Path> HELD = new HashSet<>();

  private final Path file;
  private final FileChannel channel;

  private StoreLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /// Takes the lock, or fails at once.
  ///
  /// @param lockFile the file to lock; created, for its owner only, if absent; its folder must
  ///   exist, and it must not be a symbolic link
  /// @return the lock, held
  /// @throws StoreLockedException if another process holds it, or this one does already
  /// @throws StoreException if the file can't be created, opened or written
  public static StoreLock acquire(Path lockFile) {
    GUARD.lock();
    try {
      var file = real(lockFile);
      if (HELD.contains(file)) {
        throw heldHere(file, null);
      }
      var lock = new StoreLock(file, locked(file));
      HELD.add(file);
      return lock;
    } catch (IOException e) {
      throw new StoreException(
          lockFile.toString(),
          "the lock file can't be used; check its folder and its permissions: " + e,
          e);
    } finally {
      GUARD.unlock();
    }
  }

  /// Releases the lock. Closing twice does nothing.
  ///
  /// @throws StoreException if the file can't be closed
  @Override
  public void close() {
    GUARD.lock();
    try {
      if (channel.isOpen()) {
        HELD.remove(file);
        channel.close();
      }
    } catch (IOException e) {
      throw new StoreException(file.toString(), "the lock file can't be closed: " + e, e);
    } finally {
      GUARD.unlock();
    }
  }

  private static Path real(Path lockFile) throws IOException {
    var absolute = lockFile.toAbsolutePath().normalize();
    var folder = absolute.getParent();
    var name = absolute.getFileName();
    if (folder == null || name == null) {
      throw new IllegalArgumentException("not a file: " + lockFile);
    }
    return folder.toRealPath().resolve(name);
  }

  private static FileChannel locked(Path file) throws IOException {
    create(file);
    var channel =
        FileChannel.open(
            file, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    try {
      if (tryLock(file, channel) == null) {
        throw new StoreLockedException(
            file.toString(), "another process owns the store: " + read(channel), null);
      }
      write(channel);
      return channel;
    } catch (Throwable e) {
      try (channel) {
        throw e;
      }
    }
  }

  private static void create(Path file) throws IOException {
    var posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
    var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    try {
      Files.createFile(file, posix ? new FileAttribute<?>[] {mode} : new FileAttribute<?>[0]);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
        throw e;
      }
    }
  }

  private static @Nullable FileLock tryLock(Path file, FileChannel channel) throws IOException {
    try {
      return channel.tryLock(LOCKED_BYTE, 1, false);
    } catch (OverlappingFileLockException e) {
      throw heldHere(file, e);
    }
  }

  private static StoreLockedException heldHere(Path file, @Nullable Throwable cause) {
    return new StoreLockedException(
        file.toString(),
        "this process has opened the store already (" + self() + "); close it first",
        cause);
  }

  private static String read(FileChannel channel) throws IOException {
    var bytes = ByteBuffer.allocate(LONGEST_TEXT);
    while (bytes.hasRemaining() && channel.read(bytes, bytes.position()) > 0) {}
    var text = StandardCharsets.UTF_8.decode(bytes.flip()).toString().strip();
    return text.isEmpty() ? "no details yet" : text.replaceAll("\\p{Cntrl}", "?");
  }

  private static void write(FileChannel channel) throws IOException {
    var bytes = ByteBuffer.wrap((self() + "\n").getBytes(StandardCharsets.UTF_8));
    channel.truncate(0);
    while (bytes.hasRemaining()) {
      channel.write(bytes, bytes.position());
    }
  }

  private static String self() {
    var process = ProcessHandle.current();
    var since = process.info().startInstant().map(Object::toString).orElse("an unknown time");
    return "process " + process.pid() + " on " + host() + ", started at " + since;
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException _) {
      return "a host without a name";
    }
  }
}
