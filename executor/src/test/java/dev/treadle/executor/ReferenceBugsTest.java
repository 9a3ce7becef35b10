package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.StepFailure;
import dev.treadle.Workflow;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/// Random graphs find the usual bugs: each is planted into a reference, whose telling must then
/// differ from what the executor does.
final class ReferenceBugsTest {
  private static final int GRAPHS = 400;

  @Test
  void joinOrder_ofArrival_isFound() throws Exception {
    assertThat(differences(Arriving::new)).isGreaterThanOrEqualTo(3);
  }

  @Test
  void joinOrder_withoutLaterMultiplications_isFound() throws Exception {
    assertThat(differences(Flat::new)).isGreaterThanOrEqualTo(3);
  }

  @Test
  void join_thatDoesNotWaitForInnerGroups_isFound() throws Exception {
    assertThat(differences(Early::new)).isGreaterThanOrEqualTo(3);
  }

  @Test
  void join_thatFiresTwice_isFound() throws Exception {
    assertThat(differences(Twice::new)).isGreaterThanOrEqualTo(3);
  }

  @Test
  void item_lostWhenItLeavesTwoScopes_isFound() throws Exception {
    assertThat(differences(Losing::new)).isGreaterThanOrEqualTo(3);
  }

  @Test
  void item_thatForgetsItsPathWhenItLeaves_isFound() throws Exception {
    assertThat(differences(Forgetful::new)).isGreaterThanOrEqualTo(3);
  }

  @Test
  void joinsItem_thatStandsBeforeWhatLeft_isFound() throws Exception {
    assertThat(differences(Before::new)).isGreaterThanOrEqualTo(3);
  }

  /// In how many graphs a reference and the executor differ.
  private static int differences(
      BiFunction<Workflow<?, ?, ?>, Boolean, ReferenceInterpreter> reference) throws Exception {
    int found = 0;
    try (var runs = ModelRuns.transientAt(1)) {
      for (long seed = 1; seed <= GRAPHS; seed++) {
        var one = RandomGraphs.make(seed, 20);
        var told = told(reference.apply(one.workflow(), false), one.input());
        if (told.isEmpty() || !told.get().equals(runs.start(one))) {
          found++;
        }
      }
    }
    return found;
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
    Buggy(Workflow<?, ?, ?> workflow, boolean ignoresEnds) {
      super(workflow, ignoresEnds, RandomGraphs.BOUND);
    }
  }

  private static final class Arriving extends Buggy {
    Arriving(Workflow<?, ?, ?> workflow, boolean ignoresEnds) {
      super(workflow, ignoresEnds);
    }

    @Override
    List<Arrival> ordered(List<Arrival> arrivals) {
      return arrivals;
    }
  }

  private static final class Flat extends Buggy {
    Flat(Workflow<?, ?, ?> workflow, boolean ignoresEnds) {
      super(workflow, ignoresEnds);
    }

    @Override
    Place multiplied(Place place, int number) {
      return place;
    }
  }

  private static final class Early extends Buggy {
    Early(Workflow<?, ?, ?> workflow, boolean ignoresEnds) {
      super(workflow, ignoresEnds);
    }

    @Override
    boolean isOpen(Item item, Group group) {
      return item.place().group() == group;
    }
  }

  private static final class Twice extends Buggy {
    Twice(Workflow<?, ?, ?> workflow, boolean ignoresEnds) {
      super(workflow, ignoresEnds);
    }

    @Override
    void fire(Group group) {
      super.fire(group);
      super.fire(group);
    }
  }

  private static final class Losing extends Buggy {
    Losing(Workflow<?, ?, ?> workflow, boolean ignoresEnds) {
      super(workflow, ignoresEnds);
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
    Forgetful(Workflow<?, ?, ?> workflow, boolean ignoresEnds) {
      super(workflow, ignoresEnds);
    }

    @Override
    Place left(Place place, Predicate<Group> stays) {
      var left = super.left(place, stays);
      var group = place.group();
      return group != null && group.outer.group() == left.group() ? group.outer : left;
    }
  }

  private static final class Before extends Buggy {
    Before(Workflow<?, ?, ?> workflow, boolean ignoresEnds) {
      super(workflow, ignoresEnds);
    }

    @Override
    Place afterJoin(Group group) {
      return group.outer;
    }
  }
}
