package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.StepFailure;
import dev.treadle.Workflow;
import dev.treadle.executor.ReferenceModel.Arrival;
import dev.treadle.executor.ReferenceModel.Group;
import dev.treadle.executor.ReferenceModel.Item;
import dev.treadle.executor.ReferenceModel.Place;
import dev.treadle.executor.ReferenceModel.SignalKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Random graphs find the usual bugs: each is planted into a reference, whose telling must then
/// differ from what the executor does.
final class ReferenceBugsTest {
  private static final int GRAPHS = 800;

  /// How many graphs must show a bug.
  private static final int FINDS = 3;

  /// What the executor makes of the graphs.
  private static final List<Run> RUNS = new ArrayList<>();

  private record Run(RandomGraphs.Case one, ModelAccount account) {}

  @BeforeAll
  static void runAll() throws Exception {
    try (var runs = ModelRuns.transientAt(1)) {
      for (long seed = 1; seed <= GRAPHS; seed++) {
        var one = RandomGraphs.make(seed, 20);
        RUNS.add(new Run(one, runs.start(one)));
      }
    }
  }

  @AfterAll
  static void forget() {
    RUNS.clear();
  }

  @Test
  void withoutABug_nothingIsFound() {
    for (var run : RUNS) {
      var told = told(new Buggy(run.one.workflow()), run.one);
      assertThat(told).hasValue(run.account);
    }
  }

  @Test
  void joinOrder_ofArrival_isFound() {
    assertFound(Arriving::new);
  }

  @Test
  void joinOrder_withoutLaterMultiplications_isFound() {
    assertFound(Flat::new);
  }

  @Test
  void join_thatDoesNotWaitForInnerGroups_isFound() {
    assertFound(Early::new);
  }

  @Test
  void join_thatFiresTwice_isFound() {
    assertFound(Twice::new);
  }

  @Test
  void item_lostWhenItLeavesTwoScopes_isFound() {
    assertFound(Losing::new);
  }

  @Test
  void item_thatForgetsItsPathWhenItLeaves_isFound() {
    assertFound(Forgetful::new);
  }

  @Test
  void joinsItem_thatStandsBeforeWhatLeft_isFound() {
    assertFound(Before::new);
  }

  @Test
  void items_thatWakeInTheOrderOfTheirMaking_areFound() {
    assertFoundInOrder(Unordered::new);
  }

  @Test
  void signal_keptThoughItsWaitIsOver_isFound() {
    assertFound(Patient::new);
  }

  @Test
  void signal_keptThoughTheDeadlineIsOver_isFound() {
    assertFound(Forgiving::new);
  }

  @Test
  void joinOfFirst_thatWaitsForAll_isFound() {
    assertFoundInOrder(Thorough::new);
  }

  @Test
  void group_thatClosesAndDropsNothing_isFound() {
    assertFoundInOrder(Keeping::new);
  }

  @Test
  void join_thatToleratesOneFailureMore_isFound() {
    assertFoundInOrder(Tolerant::new);
  }

  @Test
  void nestedWorkflow_thatEndsAtItsFirstOutput_isFound() {
    assertFoundInOrder(Hasty::new);
  }

  @Test
  void nestedWorkflow_whoseTerminateIsAnEndLikeOthers_isFound() {
    assertFoundInOrder(Lazy::new);
  }

  @Test
  void nestedWorkflow_thatNeedsNoOutput_isFound() {
    assertFoundInOrder(Silent::new);
  }

  @Test
  void nestedWorkflow_thatGivesItsFirstOutputByPlace_isFound() {
    assertFoundInOrder(Placed::new);
  }

  /// Both comparisons find the bug, the strict one of parallelism 1 and that of more.
  private static void assertFound(Function<Workflow<?, ?, ?>, ReferenceInterpreter> planted) {
    assertFoundInOrder(planted);
    int inAnyOrder = 0;
    for (var run : RUNS) {
      var buggy = told(planted.apply(run.one.workflow()), run.one);
      inAnyOrder += buggy.flatMap(run.one.expectation()::difference).isPresent() ? 1 : 0;
    }
    assertThat(inAnyOrder).as("found in any order").isGreaterThanOrEqualTo(FINDS);
  }

  /// The strict comparison of parallelism 1 finds the bug.
  private static void assertFoundInOrder(
      Function<Workflow<?, ?, ?>, ReferenceInterpreter> planted) {
    int inOrder = 0;
    for (var run : RUNS) {
      var buggy = told(planted.apply(run.one.workflow()), run.one);
      inOrder += buggy.isEmpty() || !buggy.get().equals(run.account) ? 1 : 0;
    }
    assertThat(inOrder).as("found in order").isGreaterThanOrEqualTo(FINDS);
  }

  /// What a reference tells, or nothing if the bug makes it stumble.
  private static Optional<ModelAccount> told(
      ReferenceInterpreter reference, RandomGraphs.Case one) {
    try {
      return Optional.of(reference.tell(one.input(), one.signals()));
    } catch (RuntimeException e) {
      return Optional.empty();
    }
  }

  private static class Buggy extends ReferenceInterpreter {
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
      if (depth(from) - depth(out(from, group -> group.scope.steps().contains(to))) < 2) {
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
    Place out(Place place, Predicate<Group> stays) {
      var left = super.out(place, stays);
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

  private static final class Patient extends Buggy {
    Patient(Workflow<?, ?, ?> workflow) {
      super(workflow);
    }

    @Override
    boolean isLate(SignalKey key) {
      return false;
    }
  }

  private static final class Forgiving extends Buggy {
    Forgiving(Workflow<?, ?, ?> workflow) {
      super(workflow);
    }

    @Override
    boolean endsWithDeadline() {
      return false;
    }
  }

  private static final class Thorough extends Buggy {
    Thorough(Workflow<?, ?, ?> workflow) {
      super(workflow);
    }

    @Override
    boolean closesAtOnce(Group group, boolean finishes) {
      return finishes;
    }
  }

  private static final class Keeping extends Buggy {
    Keeping(Workflow<?, ?, ?> workflow) {
      super(workflow);
    }

    @Override
    void drop(Group group) {
      // neither closed nor emptied
    }
  }

  private static final class Tolerant extends Buggy {
    Tolerant(Workflow<?, ?, ?> workflow) {
      super(workflow);
    }

    @Override
    boolean isTolerable(Group group, int most) {
      return super.isTolerable(group, most + 1);
    }
  }

  private static final class Hasty extends Buggy {
    Hasty(Workflow<?, ?, ?> workflow) {
      super(workflow);
    }

    @Override
    boolean closesAtOnce(Group group, boolean finishes) {
      return super.closesAtOnce(group, finishes || group.inlines());
    }
  }

  private static final class Lazy extends Buggy {
    Lazy(Workflow<?, ?, ?> workflow) {
      super(workflow);
    }

    @Override
    boolean closesAtOnce(Group group, boolean finishes) {
      return super.closesAtOnce(group, false);
    }
  }

  private static final class Silent extends Buggy {
    Silent(Workflow<?, ?, ?> workflow) {
      super(workflow);
    }

    @Override
    boolean isMet(Group group) {
      return true;
    }
  }

  private static final class Placed extends Buggy {
    Placed(Workflow<?, ?, ?> workflow) {
      super(workflow);
    }

    @Override
    boolean takesMore() {
      return true;
    }
  }
}
