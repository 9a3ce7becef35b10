package dev.treadle.proof;

import dev.treadle.executor.spi.CheckpointStore;
import dev.treadle.executor.spi.StoreException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/// The process that [SyscallContract] kills: it commits one after the other, notes what was
/// acknowledged, and ends in order.
public final class LinearCommits {
  static final String RUN = "a";
  static final String HONEST = "honest";
  static final String HASTY = "hasty";
  private static final int COMMITS = 30;
  private static final int PAYLOAD = 8_000;

  private LinearCommits() {}

  /// Does the work of the process. A failure of the store ends it.
  ///
  /// @param arguments the store's place, a file for what was acknowledged, and whether it is to
  ///   have a bug
  public static void main(StoreOpener opener, String... arguments) throws IOException {
    boolean hasty = arguments[2].equals(HASTY);
    try (var log =
        FileChannel.open(
            Path.of(arguments[1]), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      try (var store = opener.open(Path.of(arguments[0]))) {
        commit(store, log, hasty);
      } catch (StoreException e) {
        System.err.println(e.getMessage());
      }
    }
  }

  private static void commit(CheckpointStore store, FileChannel log, boolean hasty)
      throws IOException {
    for (long sequence = 1; sequence <= COMMITS; sequence++) {
      if (hasty) {
        note(log, sequence);
      }
      store.append(List.of(LinearRun.commit(RUN, sequence, new byte[PAYLOAD])));
      if (!hasty) {
        note(log, sequence);
      }
    }
  }

  private static void note(FileChannel log, long sequence) throws IOException {
    var bytes = StandardCharsets.UTF_8.encode(sequence + "\n");
    while (bytes.hasRemaining()) {
      log.write(bytes);
    }
  }
}
