package dev.treadle.checkpoint.file;

import java.util.function.LongUnaryOperator;
import java.util.stream.LongStream;

/// Runs trials one seed after another, on all processors.
final class Seeds {
  private static final int BLOCK = 4;

  private Seeds() {}

  /// Goes on until there were enough cases.
  ///
  /// @param first the first seed
  /// @param cases how many cases are enough
  /// @param trial tries a seed and answers how many cases that were
  /// @return how many cases there were
  static long until(long first, long cases, LongUnaryOperator trial) {
    long done = 0;
    for (long seed = first; done < cases; seed += BLOCK) {
      done += LongStream.range(seed, seed + BLOCK).parallel().map(trial).sum();
    }
    return done;
  }
}
