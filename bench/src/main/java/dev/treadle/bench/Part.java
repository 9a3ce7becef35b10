package dev.treadle.bench;

import java.util.List;
import java.util.Map;

/// A piece of a selection: some benchmarks of one class, whose forks alternate.
///
/// @param group the class
/// @param subjects the methods as a regular expression
/// @param params the values of parameters that are not all to be measured
/// @param rounds how many times each is forked
/// @param warmups iterations before measuring
/// @param iterations iterations that count
/// @param millis how long an iteration takes, in milliseconds
record Part(
    Class<?> group,
    String subjects,
    Map<String, List<String>> params,
    int rounds,
    int warmups,
    int iterations,
    int millis) {

  static Part all(Class<?> group) {
    return new Part(group, ".*", Map.of(), 5, 3, 5, 1_000);
  }

  Part only(String methods) {
    return new Part(group, methods, params, rounds, warmups, iterations, millis);
  }

  Part with(String name, String... values) {
    var more = new java.util.TreeMap<>(params);
    more.put(name, List.of(values));
    return new Part(group, subjects, more, rounds, warmups, iterations, millis);
  }

  Part timed(int forks, int before, int counted, int each) {
    return new Part(group, subjects, params, forks, before, counted, each);
  }

  /// The benchmarks' names as JMH wants them.
  String include() {
    return "^" + group.getName().replace(".", "\\.") + "\\.(" + subjects + ")$";
  }
}
