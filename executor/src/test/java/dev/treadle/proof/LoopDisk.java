package dev.treadle.proof;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;

/// An ext4 file system in a file, whose power can be cut. Needs root on Linux; elsewhere the test
/// is reported as skipped, with the reason.
public final class LoopDisk implements AutoCloseable {
  /// `EXT4_IOC_SHUTDOWN`, and to leave the journal as it is: what was not forced is lost.
  private static final long SHUTDOWN = 0x8004587DL;

  private static final int WITHOUT_FLUSH = 2;

  private final Path image;
  private final Path folder;
  private boolean mounted;

  private LoopDisk(Path image, Path folder) {
    this.image = image;
    this.folder = folder;
  }

  /// Makes one.
  ///
  /// @param image the file, created
  /// @param folder where it is to be seen, an empty folder
  public static LoopDisk make(Path image, Path folder, int mebibytes) throws Exception {
    Commands.assumeRoot("cuts power");
    Commands.assume(Files.exists(Path.of("/dev/loop-control")), "there are no loop devices");
    try (var file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength((long) mebibytes << 20);
    }
    Commands.assume(
        Commands.succeeds("mkfs.ext4", "-q", "-F", "-b", "1024", "-m", "0", image.toString()),
        "no mkfs.ext4");
    var disk = new LoopDisk(image, folder);
    Commands.assume(disk.mount(), "loop devices can't be mounted here");
    return disk;
  }

  /// Cuts the power: from now on nothing can be read or written until [#restart].
  @SuppressWarnings("restricted") // Java has no ioctl
  public void cut() {
    try (var arena = Arena.ofConfined()) {
      var open = function("open", ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
      var ioctl =
          function("ioctl", ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS);
      var close = function("close", ValueLayout.JAVA_INT);
      int file = (int) open.invokeExact(arena.allocateFrom(folder.toString()), 0);
      var flag = arena.allocate(ValueLayout.JAVA_INT);
      flag.set(ValueLayout.JAVA_INT, 0, WITHOUT_FLUSH);
      int answer = (int) ioctl.invokeExact(file, SHUTDOWN, flag);
      int _ = (int) close.invokeExact(file);
      if (file < 0 || answer != 0) {
        throw new IllegalStateException("the power could not be cut: " + file + ", " + answer);
      }
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  @SuppressWarnings("restricted")
  private static MethodHandle function(String name, MemoryLayout... arguments) {
    var linker = Linker.nativeLinker();
    var address = linker.defaultLookup().find(name).orElseThrow();
    var shape = FunctionDescriptor.of(ValueLayout.JAVA_INT, arguments);
    return name.equals("close")
        ? linker.downcallHandle(address, shape)
        : linker.downcallHandle(address, shape, Linker.Option.firstVariadicArg(2));
  }

  /// Gives it power again.
  public void restart() throws Exception {
    unmount();
    if (!mount()) {
      throw new IllegalStateException("can't be mounted any more: " + image);
    }
  }

  private boolean mount() throws InterruptedException {
    mounted = Commands.succeeds("mount", "-o", "loop", image.toString(), folder.toString());
    return mounted;
  }

  private void unmount() throws IOException {
    if (mounted) {
      Commands.unmount(folder);
    }
    mounted = false;
  }

  @Override
  public void close() throws IOException {
    unmount();
  }
}
