package dev.treadle.checkpoint.file;

import java.io.IOException;

/// What was written may be lost, and to force it again would prove nothing: the system may have
/// marked it as written all the same.
final class FailedForceException extends IOException {
  private static final long serialVersionUID = 1L;

  FailedForceException(String what, IOException cause) {
    super(what + " can't be forced: " + cause, cause);
  }
}
