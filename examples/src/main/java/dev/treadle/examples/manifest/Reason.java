package dev.treadle.examples.manifest;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/// Why a file can't be read, in a few words. Stateless.
final class Reason {
  static final String SPECIAL = "a special file (pipe, socket or device), never opened";
  static final String BROKEN_LINK = "a link to nothing";

  private Reason() {}

  /// Names the reason without the path, which is shown beside it.
  ///
  /// @param error what came instead of the file
  /// @return a few words
  static String of(IOException error) {
    return switch (error) {
      case AccessDeniedException _ -> "permission denied";
      case NoSuchFileException e when e.getReason() == null -> "vanished while the run was at it";
      case FileSystemException e when e.getReason() != null -> e.getReason();
      default -> {
        var message = error.getMessage();
        yield message == null ? error.getClass().getSimpleName() : message;
      }
    };
  }

  /// Whether another attempt is of no use.
  ///
  /// @param error what came instead of the file
  /// @return whether it will not go away by itself
  static boolean isFinal(IOException error) {
    return error instanceof AccessDeniedException || error instanceof NoSuchFileException;
  }
}
