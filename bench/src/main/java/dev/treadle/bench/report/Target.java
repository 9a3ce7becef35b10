package dev.treadle.bench.report;

import java.util.Optional;
import java.util.function.Function;

/// What a figure is to be.
///
/// @param figure what is measured
/// @param text what it is to be, for people
/// @param limit the number that it is compared with
/// @param atMost whether the number is the most, else the least
/// @param measure finds it in a measurement
record Target(
    String figure,
    String text,
    double limit,
    boolean atMost,
    Function<Results, Optional<Spread>> measure) {

  Optional<Spread> measured(Results results) {
    return measure.apply(results);
  }

  boolean isMet(Spread measured) {
    return atMost ? measured.median() <= limit : measured.median() >= limit;
  }
}
