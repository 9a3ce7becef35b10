package dev.treadle.examples.manifest;

import java.io.PrintStream;
import java.util.concurrent.locks.ReentrantLock;

/// Where the program speaks: lines, and on a terminal one line at the bottom that is drawn over.
/// Safe for use by many threads.
final class Screen {
  private static final String CLEAR = "\r\u001b[K";

  private final ReentrantLock lock = new ReentrantLock();
  private final PrintStream out;
  private final PrintStream err;
  private final boolean terminal;

  // guarded by lock
  private boolean drawn;

  Screen(PrintStream out, PrintStream err, boolean terminal) {
    this.out = out;
    this.err = err;
    this.terminal = terminal;
  }

  /// Whether [#draw] draws.
  ///
  /// @return whether someone looks on
  boolean terminal() {
    return terminal;
  }

  /// Prints a line.
  ///
  /// @param line the line
  void print(String line) {
    on(out, line);
  }

  /// Prints a line of complaint.
  ///
  /// @param line the line
  void complain(String line) {
    on(err, line);
  }

  /// Draws over the bottom line.
  ///
  /// @param line the line
  void draw(String line) {
    lock.lock();
    try {
      out.print(CLEAR + line);
      out.flush();
      drawn = true;
    } finally {
      lock.unlock();
    }
  }

  private void on(PrintStream stream, String line) {
    lock.lock();
    try {
      if (drawn) {
        out.print(CLEAR);
        out.flush();
        drawn = false;
      }
      stream.println(line);
      stream.flush();
    } finally {
      lock.unlock();
    }
  }
}
