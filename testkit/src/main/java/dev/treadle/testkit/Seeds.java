package dev.treadle.testkit;

import java.util.Objects;
import java.util.SplittableRandom;

/// Runs a random test with one seed after another: the same seeds in every build, so that a build
/// that was green stays green until something changes. A seed that fails is told, with the property
/// by which it alone is run again.
///
/// ```java
/// @Test
/// void anyOrder_isShipped() throws Exception {
///   Seeds.run(200, (seed, random) -> {
///     var order = randomOrder(random);
///     assertThat(executor.run(fulfilment, order)).isEqualTo(expected(order));
///   });
/// }
/// ```
///
/// `-Dtreadle.seed=17` runs the seed 17 alone; with `-Dtreadle.seeds=100000` too it runs so many
/// from there, and without it so many from 1. In a Maven build these reach the tests as they are.
public final class Seeds {
  /// The property of the seed that is run.
  public static final String SEED = "treadle.seed";

  /// The property that tells how many are run.
  public static final String SEEDS = "treadle.seeds";

  private Seeds() {}

  /// Runs a test with many seeds, from 1, or with those that the properties say; ends at the first
  /// that fails.
  ///
  /// @param count how many, from 1, if no property says otherwise
  /// @param test the test
  /// @throws AssertionError if a seed fails; its message names the seed and the way to run it
  ///   again, its cause is what the test threw
  /// @throws IllegalArgumentException if there is no seed to run, or a property is no number
  /// @throws InterruptedException if the test was interrupted
  public static void run(int count, SeededTest test) throws InterruptedException {
    Objects.requireNonNull(test, "test");
    var seed = System.getProperty(SEED);
    long first = seed == null ? 1 : number(SEED, seed);
    var all = System.getProperty(SEEDS, seed == null ? "" + count : "1");
    long many = number(SEEDS, all);
    if (many < 1) {
      throw new IllegalArgumentException("a test runs with at least one seed, was " + many);
    }
    for (long i = 0; i < many; i++) {
      run(first + i, test);
    }
  }

  private static long number(String property, String value) {
    try {
      return Long.parseLong(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("-D" + property + " is no number: " + value, e);
    }
  }

  private static void run(long seed, SeededTest test) throws InterruptedException {
    try {
      test.run(seed, new SplittableRandom(seed));
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception | AssertionError e) {
      throw new AssertionError(
          "seed " + seed + " fails; run it again by -D" + SEED + "=" + seed + ": " + e, e);
    }
  }
}
