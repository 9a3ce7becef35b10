package dev.treadle.executor;

import dev.treadle.executor.ExploredOrder.Kind;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;

/// Explores the orders in which the next events of a run can come, and expects the same of the
/// run's state as of the [ReferenceInterpreter], event by event: the same events possible, the same
/// end.
final class OrderExplorer {
  /// How many events may come in any order, of all orders.
  private static final int DEPTH = 6;

  private final RandomGraphs.Case one;
  private final Plan plan;
  private final Set<Kind> outside;
  private final Set<Kind> seen = EnumSet.noneOf(Kind.class);
  private long orders;

  /// @param outside what may come from outside of the run, once in each order
  /// @param durable whether the run is stored; only then a process may die or a store refuse
  OrderExplorer(RandomGraphs.Case one, Set<Kind> outside, boolean durable) {
    this.one = one;
    this.plan = ExploredRun.plan(one.workflow(), durable);
    this.outside = outside;
  }

  /// How many orders were looked at.
  long orders() {
    return orders;
  }

  /// The kinds of events that have come.
  Set<Kind> seen() {
    return Set.copyOf(seen);
  }

  /// Looks at all orders. Beyond the depth, the first possible event always comes next.
  ///
  /// @return the first difference, or empty
  Optional<String> difference() {
    var choices = new ArrayList<Integer>();
    do {
      var widths = new ArrayList<Integer>();
      var difference = follow(width -> choose(width, choices, widths));
      if (difference.isPresent()) {
        return difference;
      }
      advance(choices, widths);
    } while (!choices.isEmpty());
    return Optional.empty();
  }

  /// Looks at one order, a random one from beginning to end.
  Optional<String> differenceOf(SplittableRandom random) {
    return follow(random::nextInt);
  }

  private static int choose(int width, List<Integer> choices, List<Integer> widths) {
    int depth = widths.size();
    if (depth == DEPTH) {
      return 0;
    }
    widths.add(width);
    return depth < choices.size() ? choices.get(depth) : 0;
  }

  /// The next order: the last choice that can be another one is, and what followed it begins anew.
  private static void advance(List<Integer> choices, List<Integer> widths) {
    while (choices.size() < widths.size()) {
      choices.add(0);
    }
    while (!choices.isEmpty() && choices.getLast() + 1 >= widths.get(choices.size() - 1)) {
      choices.removeLast();
    }
    if (!choices.isEmpty()) {
      choices.add(choices.removeLast() + 1);
    }
  }

  /// Follows one order.
  ///
  /// @param chooser which of so many possible events comes
  private Optional<String> follow(IntUnaryOperator chooser) {
    orders++;
    var order = new ExploredOrder(one, plan, outside);
    try {
      var difference = order.follow(chooser);
      seen.addAll(order.seen());
      return difference.map(what -> "%s: %s".formatted(order, what));
    } catch (RuntimeException e) {
      throw new IllegalStateException(order + " throws", e);
    }
  }
}
