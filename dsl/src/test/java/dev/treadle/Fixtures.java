package dev.treadle;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/// Steps and types that many tests use.
final class Fixtures {
  record Order(String id, int cents) {}

  sealed interface Payment permits Paid, Declined {}

  record Paid(String id) implements Payment {}

  record Declined(int cents) implements Payment {}

  record Receipt(String text) {}

  record Totals(int cents) {
    static Totals empty() {
      return new Totals(0);
    }

    Totals add(int more) {
      return new Totals(cents + more);
    }
  }

  enum Level {
    LOW,
    HIGH {
      @Override
      boolean isHigh() {
        return true;
      }
    };

    boolean isHigh() {
      return false;
    }
  }

  private Fixtures() {}

  static Step<Object, String, String> step(String name) {
    return Step.map(name, String.class, String.class, text -> text);
  }

  static Step<Object, List<String>, String> gather(String name) {
    return Step.join(name, String.class, String.class, texts -> String.join(",", texts));
  }

  static <O> Step<Object, String, O> to(String name, Class<O> output) {
    return Step.of(name, String.class, output, (ctx, in) -> Transition.hold());
  }

  static <I> Step<Object, I, String> take(String name, Class<I> input) {
    return Step.map(name, input, String.class, Object::toString);
  }

  static List<String> faultsOf(ThrowingCallable build) {
    return catchThrowableOfType(GraphDefinitionException.class, build).faults();
  }
}
