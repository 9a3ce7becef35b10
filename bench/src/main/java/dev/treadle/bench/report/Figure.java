package dev.treadle.bench.report;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What one benchmark with one set of parameters took.
///
/// @param group the class of benchmarks, without its package
/// @param subject the method: who did the work
/// @param params the parameters' values by name
/// @param unit what the figures are per, such as "step"
/// @param nanos nanoseconds per unit, one for each fork in the order of the rounds
/// @param bytes bytes allocated per unit, one for each fork; empty if they were not counted
public record Figure(
    String group,
    String subject,
    Map<String, String> params,
    String unit,
    List<Double> nanos,
    List<Double> bytes) {
  /// Copies the collections.
  public Figure {
    params = Map.copyOf(params);
    nanos = List.copyOf(nanos);
    bytes = List.copyOf(bytes);
    if (nanos.isEmpty()) {
      throw new IllegalArgumentException("a figure has at least one fork");
    }
  }

  /// Who and with what, the same in every measurement.
  ///
  /// @return such as `ChainBenchmark.treadle steps=10`
  public String key() {
    var text = new StringBuilder(group).append('.').append(subject);
    new TreeMap<>(params)
        .forEach((name, value) -> text.append(' ').append(name).append('=').append(value));
    return text.toString();
  }

  /// The time per unit.
  ///
  /// @return in nanoseconds
  public Spread time() {
    return Spread.of(nanos);
  }

  /// The bytes allocated per unit.
  ///
  /// @return in bytes, or null if they were not counted
  public @Nullable Spread allocated() {
    return bytes.isEmpty() ? null : Spread.of(bytes);
  }

  /// How many times the time of another one this one takes, fork by fork of the same round.
  ///
  /// @param other the other one, of the same measurement
  /// @return the spread of the ratios
  public Spread over(Figure other) {
    int rounds = Math.min(nanos.size(), other.nanos.size());
    return Spread.of(
        java.util.stream.IntStream.range(0, rounds)
            .mapToObj(i -> nanos.get(i) / other.nanos.get(i))
            .toList());
  }
}
