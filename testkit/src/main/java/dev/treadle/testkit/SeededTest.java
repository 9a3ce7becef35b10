package dev.treadle.testkit;

import java.util.random.RandomGenerator;

/// A test of what a seed makes; of [Seeds].
@FunctionalInterface
public interface SeededTest {

  /// Tests once. Must take all that is random from the generator, or from the seed.
  ///
  /// @param seed the seed
  /// @param random a generator made of it
  /// @throws Exception if the test fails, as by an [AssertionError]
  void run(long seed, RandomGenerator random) throws Exception;
}
