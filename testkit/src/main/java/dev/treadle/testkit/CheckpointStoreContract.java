package dev.treadle.testkit;

import static dev.treadle.testkit.Commits.item;
import static dev.treadle.testkit.Commits.start;
import static dev.treadle.testkit.Commits.whole;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.RunId;
import dev.treadle.executor.MemoryCheckpointStore;
import dev.treadle.executor.spi.CheckpointStore;
import dev.treadle.executor.spi.RunQuery;
import dev.treadle.executor.spi.StoreFencedException;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Every promise that a [CheckpointStore] can keep or break, as tests. To check a store, extend
/// this class and say how it is opened.
///
/// Each test gets an instance, and with it a store, of its own.
public abstract class CheckpointStoreContract extends StoreWriteContract {
  private static final RunId A = RunId.of("a");

  /// For subclasses.
  protected CheckpointStoreContract() {}

  @Override
  protected abstract CheckpointStore open();

  @Override
  protected abstract CheckpointStore openOver(CheckpointStore former);

  @Test
  void location_isSaid() {
    assertThat(store().location()).isNotBlank();
  }

  @Test
  void epoch_risesWithEachOpening() {
    var first = store();
    var second = reopened(first);
    var third = storeOver(second);
    assertThat(second.epoch()).isGreaterThan(first.epoch());
    assertThat(third.epoch()).isGreaterThan(second.epoch());
  }

  @Test
  void closedCleanly_saysHowTheOpeningBeforeEnded() {
    var first = store();
    assertThat(first.closedCleanly()).as("of a new store").isTrue();
    accept(first, start("a"));
    var second = reopened(first);
    assertThat(second.closedCleanly()).as("after a close").isTrue();
    var third = storeOver(second);
    assertThat(third.closedCleanly()).as("after a death").isFalse();
    second.close();
    assertThat(third.closedCleanly()).as("does not change").isFalse();
    var fourth = storeOver(third);
    assertThat(fourth.closedCleanly()).as("after a death, though one before was closed").isFalse();
    accept(fourth, start("b"));
    assertThat(reopened(fourth).closedCleanly()).as("after a close").isTrue();
  }

  @Test
  void write_afterALaterOpening_isFenced() {
    var first = store();
    accept(first, start("a", item(0, "in")));
    var second = storeOver(first);
    assertThatThrownBy(() -> first.append(List.of(whole(Commits.header("a", 2, 2), item(1, "x")))))
        .isInstanceOf(StoreFencedException.class);
    assertThatThrownBy(() -> first.append(List.of(start("b"))))
        .isInstanceOf(StoreFencedException.class);
    assertThatThrownBy(() -> first.delete(A)).isInstanceOf(StoreFencedException.class);
    assertThatThrownBy(() -> first.discardUnfinished(A)).isInstanceOf(StoreFencedException.class);
    assertThat(names(second, RunQuery.all(ALL))).containsExactly("a");
    accept(second, whole(Commits.header("a", 2, 2), item(1, "y")));
    assertThat(entries(second, "a")).containsExactly(item(0, "in"), item(1, "y"));
  }

  @Test
  void close_afterALaterOpening_disturbsNothing() {
    var first = store();
    accept(first, start("a"));
    var second = storeOver(first);
    first.close();
    accept(second, whole(Commits.header("a", 2, 0)));
    assertThat(header(second, "a").sequence()).isEqualTo(2);
  }

  @Test
  void call_fromASecondThread_isRefused() {
    var store = store();
    accept(store, start("a"));
    var commit = List.of(start("b"));
    assertThatThrownBy(() -> elsewhere(() -> store.append(commit)))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> elsewhere(() -> store.find(A)))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> elsewhere(() -> store.entries(A, -1, 1)))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> elsewhere(() -> store.list(RunQuery.all(1))))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> elsewhere(() -> store.delete(A)))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() ->
            elsewhere(() -> {
              store.close();
              return 0;
            }))
        .isInstanceOf(IllegalStateException.class);
    assertThat(names(store, RunQuery.all(ALL))).containsExactly("a");
  }

  @Test
  void locationAndEpoch_fixNoThread() throws Exception {
    var store = open();
    assertThat(store.location()).isNotBlank();
    assertThat(store.epoch()).isPositive();
    var location =
        elsewhere(() -> {
          accept(store, start("a"));
          var said = store.location() + store.epoch();
          store.close();
          return said;
        });
    assertThat(location).isEqualTo(store.location() + store.epoch());
    assertThat(names(store(), RunQuery.all(ALL))).containsExactly("a");
  }

  @Test
  void close_unused_fromAnyThread() throws Exception {
    var store = open();
    elsewhere(() -> {
      store.close();
      return 0;
    });
    accept(store(), start("a"));
  }

  @Test
  void close_twice_doesNothing() {
    var store = store();
    accept(store, start("a"));
    store.close();
    store.close();
    assertThat(names(store(), RunQuery.all(ALL))).containsExactly("a");
  }

  @Test
  void randomWork_givesWhatTheModelGives() {
    for (long seed = 1; seed <= 8; seed++) {
      var work = new RandomWork(seed);
      var model = MemoryCheckpointStore.create();
      var store = store();
      for (var run : RandomWork.RUNS) {
        store.delete(run);
      }
      for (int round = 0; round < 12; round++) {
        work.change(store, model);
        if (round == 5) {
          var dead = store;
          store = storeOver(dead);
          dead.close();
        } else if (round % 4 == 3) {
          store = reopened(store);
        }
        RandomWork.compare(store, model, "seed " + seed + ", round " + round);
      }
      store.close();
    }
  }
}
