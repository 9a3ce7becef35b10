package dev.treadle.bench.dispatch;

import dev.treadle.Fn;
import dev.treadle.Step;
import dev.treadle.Workflow;
import java.util.ArrayList;
import java.util.List;

/// The work that all subjects do, so that they differ in how they get from step to step only.
final class Shapes {
  /// Beyond the numbers that the JDK keeps boxed, so that each step makes one.
  static final long FIRST = 1_000;

  private Shapes() {}

  /// Functions of four classes by turns, so that no call of them can be inlined.
  static List<Fn<Long, Long>> functions(int count) {
    var functions = new ArrayList<Fn<Long, Long>>(count);
    for (int i = 0; i < count; i++) {
      functions.add(
          switch (i % 4) {
            case 0 -> x -> x + 1;
            case 1 -> x -> x + 3;
            case 2 -> x -> x ^ 5;
            default -> x -> x + 7;
          });
    }
    return List.copyOf(functions);
  }

  static Workflow<Object, Long, Long> chain(List<Fn<Long, Long>> functions) {
    var steps = new ArrayList<Step<Object, Long, Long>>(functions.size());
    for (var function : functions) {
      steps.add(Step.map("step" + steps.size(), Long.class, Long.class, function));
    }
    var builder = Workflow.builder("chain").start(steps.getFirst());
    for (var step : steps.subList(1, steps.size())) {
      builder = builder.then(step);
    }
    return builder.end(steps.getLast()).build();
  }

  static Long loop(List<Fn<Long, Long>> functions, Long first) throws Exception {
    var value = first;
    for (var function : functions) {
      value = function.apply(value);
    }
    return value;
  }

  /// A subject that comes to another result does other work, and must not be compared.
  static void check(String subject, Object expected, Object result) {
    if (!expected.equals(result)) {
      throw new IllegalStateException(subject + " answers " + result + ", not " + expected);
    }
  }
}
