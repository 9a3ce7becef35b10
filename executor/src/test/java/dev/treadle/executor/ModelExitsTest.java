package dev.treadle.executor;

import static dev.treadle.executor.ModelRun.join;
import static dev.treadle.executor.ModelRun.step;
import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.RunStatus;
import dev.treadle.Step;
import dev.treadle.Transition;
import dev.treadle.Workflow;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// The sentences on leaving scopes, one by one, on a bare [RunState].
final class ModelExitsTest {
  private final Step<Object, String, String> wideFork = step("wideFork");
  private final Step<Object, String, String> outerFork = step("outerFork");
  private final Step<Object, String, String> fork = step("fork");
  private final Step<Object, String, String> work = step("work");
  private final Step<Object, String, String> away = step("away");
  private final Step<Object, List<String>, String> join = join("join");
  private final Step<Object, List<String>, String> outerJoin = join("outerJoin");
  private final Step<Object, List<String>, String> wideJoin = join("wideJoin");

  @Test
  void itemThatLeaves_isNoLongerOpenAndTheJoinFires() {
    var run =
        ModelRun.of(
            Workflow.builder("one scope")
                .start(fork)
                .edge(fork, work)
                .join(fork, work, join)
                .edge(fork, away)
                .end(join)
                .end(away)
                .build());

    run.gives("fork", "1");
    run.gives("work", "1a");
    assertThat(run.ready()).containsExactly("away", "join");
    assertThat(run.gives("away", "gone").place).isNull();
    assertThat(run.gives("join", "done").input()).isEqualTo(List.of("1a"));

    assertThat(run.state.status()).isEqualTo(RunStatus.COMPLETED);
    assertThat(run.state.outputs())
        .extracting(Results.Output::value)
        .containsExactly("gone", "done");
  }

  @Test
  void allItemsLeave_joinFiresWithAnEmptyList() {
    var run = ModelRun.of(rescuing());

    run.givesAll("fork", "1", "2");
    run.fallsBack("work");
    assertThat(run.ready()).containsExactly("work", "away");
    run.fallsBack("work");

    assertThat(run.ready()).containsExactly("away", "away", "join");
    run.gives("away", "1");
    run.gives("away", "2");
    assertThat(run.next("join").input()).isEqualTo(List.of());
  }

  @Test
  void itemThatLeaves_isCountedInTheEnclosingGroupByTheSameCommit() {
    var run = ModelRun.of(nested());

    run.gives("outerFork", "1");
    run.gives("fork", "1x");
    run.gives("work", "1X");
    assertThat(run.ready()).containsExactly("away", "join");
    run.next("away");
    run.gives("join", "[1X]");

    assertThat(run.ready()).as("the one that left is still open").isEmpty();
  }

  @Test
  void whatFollowsTheJoin_standsBehindAllThatLeft() {
    var run = ModelRun.of(nested());

    run.gives("outerFork", "1");
    run.givesAll("fork", "x", "y");
    run.gives("work", "X");
    run.gives("work", "Y");
    run.state.queue.ready.addLast(Objects.requireNonNull(run.state.queue.ready.pollFirst()));
    assertThat(run.ready()).containsExactly("away", "join", "away");
    var y = run.next("away");
    run.gives("join", "joined");
    run.gives("away", "x gone");
    run.state.succeed(y, Transition.next("y gone"), null, null);

    assertThat(run.next("outerJoin").input()).isEqualTo(List.of("x gone", "y gone", "joined"));
  }

  @Test
  void itemThatLeavesTwoScopesAtOnce_isOpenInTheThird() {
    var run = ModelRun.of(threeDeep());

    run.gives("wideFork", "1");
    run.gives("outerFork", "1");
    run.givesAll("fork", "x", "y");
    run.fallsBack("work");
    run.gives("work", "Y");
    assertThat(run.ready()).containsExactly("away", "join");
    var gone = run.next("away");
    run.gives("join", "[Y]");
    run.gives("outerJoin", "[[Y]]");
    assertThat(run.ready()).as("wideJoin waits for the one that left").isEmpty();
    run.state.succeed(gone, Transition.next("gone"), null, null);

    assertThat(run.next("wideJoin").input()).isEqualTo(List.of("gone", "[[Y]]"));
  }

  @Test
  void itemThatLeavesTwoScopesAtOnce_hasThePathsOfBothForks() {
    var run = ModelRun.of(threeDeep());

    run.givesAll("wideFork", "1", "2");
    run.next("outerFork");
    run.givesAll("outerFork", "a", "b", "c");
    run.next("fork");
    run.next("fork");
    run.givesAll("fork", "x", "y");
    run.next("work");
    run.fallsBack("work");

    var place = Objects.requireNonNull(run.next("away").place);
    assertThat(place.path()).containsExactly(1, 2, 1);
    assertThat(place.group.fork.name).isEqualTo("wideFork");
  }

  @Test
  void valueThatArrivesAtAnOuterJoin_leavesTheInnerScope() {
    var run =
        ModelRun.of(
            Workflow.builder("short cut")
                .start(outerFork)
                .edge(outerFork, fork)
                .edge(fork, work)
                .join(outerFork, work, outerJoin)
                .join(fork, work, join)
                .join(outerFork, join, outerJoin)
                .end(outerJoin)
                .build());

    run.gives("outerFork", "1");
    run.givesAll("fork", "x", "y");
    run.gives("work", "X");
    run.gives("work", "Y");
    run.gives("join", "[X, Y]");

    assertThat(run.next("outerJoin").input()).isEqualTo(List.of("X", "Y", "[X, Y]"));
  }

  @Test
  void places_areOrderedNumberByNumber() {
    var group = new Group(1, Plan.of(nested(), null).step("outerFork"), null);
    var texts = List.of("0", "0.1.7", "0.2", "1", "2", "10.0", "10.1", "10." + Place.AFTER);
    var places = texts.stream().map(text -> Place.parse(group, text)).toList();

    assertThat(places.reversed().stream().sorted(Place::compare))
        .extracting(Place::toString)
        .isEqualTo(texts);
    for (int i = 0; i < texts.size(); i++) {
      group.arrive(places.get((i * 3) % texts.size()), texts.get((i * 3) % texts.size()), 90 - i);
    }
    assertThat(group.list()).isEqualTo(texts);
    assertThat(group.storedIds()).isSorted().hasSize(texts.size());
  }

  private Workflow<?, ?, ?> rescuing() {
    return Workflow.builder("rescuing")
        .start(fork)
        .edge(fork, work)
        .join(fork, work, join)
        .onFailure(work, away)
        .end(join)
        .end(away)
        .build();
  }

  /// Each `work` leaves to `away` and arrives at `join`.
  private Workflow<?, ?, ?> nested() {
    return Workflow.builder("nested")
        .start(outerFork)
        .edge(outerFork, fork)
        .edge(fork, work)
        .edge(work, away)
        .join(fork, work, join)
        .join(outerFork, away, outerJoin)
        .join(outerFork, join, outerJoin)
        .end(outerJoin)
        .build();
  }

  /// A `work` that fails leaves two scopes, and arrives at the third's join.
  private Workflow<?, ?, ?> threeDeep() {
    return Workflow.builder("three deep")
        .start(wideFork)
        .edge(wideFork, outerFork)
        .edge(outerFork, fork)
        .edge(fork, work)
        .join(fork, work, join)
        .onFailure(work, away)
        .join(outerFork, join, outerJoin)
        .join(wideFork, outerJoin, wideJoin)
        .join(wideFork, away, wideJoin)
        .end(wideJoin)
        .build();
  }
}
