package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.StepFailure;
import dev.treadle.Workflow;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/// Random graphs find the usual bugs: each is planted into a reference, whose telling must then
/// differ from what the executor does.
final class ReferenceBugsTest {
  private static final int GRAPHS = 400;

  /// How many graphs must show a bug.
  private static final int FINDS = 3;

  @Test
  void joinOrder_ofArrival_isFound() throws Exception {
    assertFound(Arriving::new);
  }

  @Test
  void joinOrder_withoutLaterMultiplications_isFound() throws Exception {
    assertFound(Flat::new);
  }

  @Test
  void join_thatDoesNotWaitForInnerGroups_isFound() throws Exception {
    assertFound(Early::new);
  }

  @Test
  void join_thatFiresTwice_isFound() throws Exception {
    assertFound(Twice::new);
  }

  @Test
  void item_lostWhenItLeavesTwoScopes_isFound() throws Exception {
    assertFound(Losing::new);
  }

  @Test
  void item_thatForgetsItsPathWhenItLeaves_isFound() throws Exception {
    assertFound(Forgetful::new);
  }

  @Test
  void joinsItem_thatStandsBeforeWhatLeft_isFound() throws Exception {
    assertFound(Before::new);
  }

  @Test
  void items_thatWakeInTheOrderOfTheirMaking_areFound() throws Exception {
    int inOrder = 0;
    try (var runs = ModelRuns.transientAt(1)) {
      for (long seed = 1; seed <= GRAPHS; seed++) {
        var one = RandomGraphs.make(seed, 20);
        var buggy = told(new Unordered(one.workflow()), one.input());
        inOrder += buggy.isEmpty() || !buggy.get().equals(runs.start(one)) ? 1 : 0;
      }
    }
    assertThat(inOrder).as("found in order").isGreaterThanOrEqualTo(FINDS);
  }

  /// Both comparisons find the bug, the strict one of parallelism 1 and that of more.
  private static void assertFound(Function<Workflow<?, ?, ?>, ReferenceInterpreter> planted)
      throws Exception {
    int inOrder = 0;
    int inAnyOrder = 0;
    try (var runs = ModelRuns.transientAt(1)) {
      for (long seed = 1; seed <= GRAPHS; seed++) {
        var one = RandomGraphs.make(seed, 20);
        var buggy = told(planted.apply(one.workflow()), one.input());
        inOrder += buggy.isEmpty() || !buggy.get().equals(runs.start(one)) ? 1 : 0;
        inAnyOrder += buggy.flatMap(one.expectation()::difference).isPresent() ? 1 : 0;
      }
    }
    assertThat(inOrder).as("found in order").isGreaterThanOrEqualTo(FINDS);
    assertThat(inAnyOrder).as("found in any order").isGreaterThanOrEqualTo(FINDS);
  }

  /// What a reference tells, or nothing if the bug makes it stumble.
  private static Optional<ModelAccount> told(ReferenceInterpreter reference, Object input) {
    try {
      return Optional.of(reference.tell(input));
    } catch (RuntimeException e) {
      return Optional.empty();
    }
  }

  private abstract static class Buggy extends ReferenceInterpreter {
    Buggy(Workflow<?, ?, ?> workflow) {
      super(workflow, false, RandomGraphs.BOUND);
    }
  }

  private static final class Arriving extends Buggy {
    Arriving(Workflow<?, ?, ?> workflow) {
      super(workflow);
    }

    @Override
    List<Arrival> ordered(List<Arrival> arrivals) {
      return arrivals;
    }
  }

  private static final class Flat extends Buggy {
    Flat(Workflow<?, ?, ?> workflow) {
      super(workflow);
    }

    @Override
    Place multiplied(Place place, int number) {
      return place;
    }
  }

  private static final class Early extends Buggy {
    Early(Workflow<?, ?, ?> workflow) {
      super(workflow);
    }

    @Override
    boolean isOpen(Item item, Group group) {
      return item.place().group() == group;
    }
  }

  private static final class Twice extends Buggy {
    Twice(Workflow<?, ?, ?> workflow) {
      super(workflow);
    }

    @Override
    void fire(Group group) {
      super.fire(group);
      super.fire(group);
    }
  }

  private static final class Losing extends Buggy {
    Losing(Workflow<?, ?, ?> workflow) {
      super(workflow);
    }

    @Override
    void go(String to, Object value, Place from, Optional<StepFailure> failure) {
      if (depth(from) - depth(left(from, group -> group.scope.steps().contains(to))) < 2) {
        super.go(to, value, from, failure);
      }
    }

    private static int depth(Place place) {
      var group = place.group();
      return group == null ? 0 : 1 + depth(group.outer);
    }
  }

  private static final class Forgetful extends Buggy {
    Forgetful(Workflow<?, ?, ?> workflow) {
      super(workflow);
    }

    @Override
    Place left(Place place, Predicate<Group> stays) {
      var left = super.left(place, stays);
      var group = place.group();
      return group != null && group.outer.group() == left.group() ? group.outer : left;
    }
  }

  private static final class Unordered extends Buggy {
    Unordered(Workflow<?, ?, ?> workflow) {
      super(workflow);
    }

    @Override
    Comparator<Item> wakeOrder() {
      return Comparator.comparingLong(item -> -item.number());
    }
  }

  private static final class Before extends Buggy {
    Before(Workflow<?, ?, ?> workflow) {
      super(workflow);
    }

    @Override
    Place afterJoin(Group group) {
      return group.outer;
    }
  }
}
