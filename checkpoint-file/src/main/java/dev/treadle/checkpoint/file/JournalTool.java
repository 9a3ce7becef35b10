package dev.treadle.checkpoint.file;

import dev.treadle.executor.spi.StoreException;
import dev.treadle.executor.spi.StoreLockedException;
import dev.treadle.executor.spi.StoreVersionException;
import java.io.IOException;
import java.nio.file.Path;

/// Looks into the folder of a file store. Nothing here changes the folder that it looks into, or
/// takes its lock.
///
/// Stateless.
public final class JournalTool {
  private JournalTool() {}

  /// Reads a whole journal and checks all of it.
  ///
  /// @param folder the store's folder
  /// @return what was found
  /// @throws StoreVersionException if the folder was written by a newer version of this library, or
  ///   holds no journal
  /// @throws StoreException if it can't be read
  public static VerifyReport verify(Path folder) {
    return verify(existing(folder));
  }

  static VerifyReport verify(JournalFolder folder) {
    try (var reader = JournalReader.open(folder)) {
      return Interrupts.deferred(() -> Verification.of(reader.loaded()));
    } catch (IOException e) {
      throw unreadable(folder, e);
    }
  }

  /// Writes a journal as text, with a line for each frame, record and entry, in the order in which
  /// they were written. Payloads are shown: the text may hold secrets.
  ///
  /// @param folder the store's folder
  /// @param out gets the text
  /// @throws StoreVersionException if the folder was written by a newer version of this library, or
  ///   holds no journal
  /// @throws StoreException if it can't be read
  /// @throws IOException if the text can't be written
  public static void dump(Path folder, Appendable out) throws IOException {
    var disk = existing(folder);
    boolean interrupted = Thread.interrupted();
    try {
      new Dump(disk, out).run();
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /// Copies every run that is proven whole into a new store.
  ///
  /// @param from the store's folder
  /// @param to the folder of the new store, absent or empty
  /// @return what was copied and what was not
  /// @throws StoreLockedException if another process has opened the new folder
  /// @throws StoreVersionException if the folder was written by a newer version of this library, or
  ///   holds no journal; or if the new folder is not empty
  /// @throws StoreException if something can't be read or written; what is in the new folder then
  ///   is to be thrown away
  public static SalvageReport salvage(Path from, Path to) {
    var disk = existing(from);
    try (var reader = JournalReader.open(disk)) {
      return Interrupts.deferred(() -> Salvage.copy(reader.loaded(), to));
    } catch (IOException e) {
      throw unreadable(disk, e);
    }
  }

  private static StoreException unreadable(JournalFolder folder, IOException e) {
    return new StoreException(folder.location(), "the journal can't be read: " + e, e);
  }

  private static DiskFolder existing(Path folder) {
    var disk = new DiskFolder(folder);
    try {
      disk.check();
    } catch (IOException e) {
      throw FileCheckpointStore.notAFolder(disk, e);
    }
    return disk;
  }
}
