package dev.treadle.checkpoint.file;

import java.io.IOException;

/// Has the bug that a force that has failed is tried again.
final class ForcingTwice extends ForwardingFolder {
  ForcingTwice(JournalFolder behind) {
    super(behind);
  }

  @Override
  JournalFile wrap(String name, JournalFile file) {
    return new Twice(file);
  }

  private record Twice(JournalFile behind) implements ForwardingFile {
    @Override
    public void force() throws IOException {
      try {
        behind.force();
      } catch (IOException e) {
        behind.force();
      }
    }
  }
}
