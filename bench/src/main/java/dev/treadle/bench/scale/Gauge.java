package dev.treadle.bench.scale;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/// Reads what the process uses.
final class Gauge {
  private static final Path IO = Path.of("/proc/self/io");
  private static final String WRITTEN = "wchar:";
  private static final int COLLECTIONS = 3;

  private Gauge() {}

  /// The heap that is in use when nothing is left to collect.
  static long heapBytes() {
    var memory = ManagementFactory.getMemoryMXBean();
    for (int i = 0; i < COLLECTIONS; i++) {
      memory.gc();
    }
    return memory.getHeapMemoryUsage().getUsed();
  }

  /// What the process has given to the operating system to write since its start, or -1 where that
  /// can't be known.
  static long writtenBytes() throws IOException {
    if (!Files.isReadable(IO)) {
      return -1;
    }
    return Files.readAllLines(IO).stream()
        .filter(line -> line.startsWith(WRITTEN))
        .mapToLong(line -> Long.parseLong(line.substring(WRITTEN.length()).strip()))
        .findFirst()
        .orElse(-1);
  }

  /// The difference of two readings of [#writtenBytes].
  static long between(long before, long after) {
    return before < 0 ? -1 : after - before;
  }
}
