package dev.treadle.proof;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/// What a process and its store take at one moment.
///
/// @param heap bytes in use after a collection
/// @param descriptors open files, or 0 where that is not told
/// @param threads platform threads
/// @param disk bytes of the files
record Footprint(long heap, long descriptors, long threads, long disk) {
  private static final long MEBIBYTE = 1 << 20;
  private static final int WARM_UP = 3;

  static Footprint now(Path folder) throws IOException {
    System.gc();
    try (var files = Files.walk(folder)) {
      return new Footprint(
          ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
          ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
              ? unix.getOpenFileDescriptorCount()
              : 0,
          ManagementFactory.getThreadMXBean().getThreadCount(),
          files.map(Path::toFile).filter(File::isFile).mapToLong(File::length).sum());
    }
  }

  /// What grows: the least of the last third is more than the most of the first, after a warm-up.
  static List<String> grown(List<Footprint> all) {
    return Stream.of(
            grown("heap", all, Footprint::heap, 4 * MEBIBYTE),
            grown("descriptors", all, Footprint::descriptors, 2),
            grown("threads", all, Footprint::threads, 6),
            grown("disk", all, Footprint::disk, 2 * MEBIBYTE))
        .flatMap(Optional::stream)
        .toList();
  }

  private static Optional<String> grown(
      String what, List<Footprint> all, ToLongFunction<Footprint> part, long tolerance) {
    var values = all.subList(WARM_UP, all.size()).stream().mapToLong(part).boxed().toList();
    int third = values.size() / 3;
    long first = values.subList(0, third).stream().mapToLong(n -> n).max().orElseThrow();
    long last = values.reversed().subList(0, third).stream().mapToLong(n -> n).min().orElseThrow();
    return last > first + tolerance ? Optional.of(what + " " + values) : Optional.empty();
  }

  @Override
  public String toString() {
    return "heap %.1f MiB, %d descriptors, %d threads, disk %.1f MiB"
        .formatted((double) heap / MEBIBYTE, descriptors, threads, (double) disk / MEBIBYTE);
  }
}
