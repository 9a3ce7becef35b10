package dev.treadle.checkpoint.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.RunId;
import dev.treadle.executor.spi.CommitUnknownException;
import dev.treadle.executor.spi.RunQuery;
import dev.treadle.executor.spi.StoreDamagedException;
import dev.treadle.executor.spi.StoreException;
import dev.treadle.executor.spi.WriteRefusedException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Each operation on files fails in its turn, once or from then on; then the process dies, and each
/// operation of the next opening fails in its turn.
final class FaultTest {
  private static final int ROUNDS = 24;

  /// The highest sequences that were acknowledged, and those that may be there.
  private final long[] acknowledged = new long[3];

  private final long[] possible = new long[3];
  private boolean deleted;
  private boolean maybeDeleted;

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void eachOperationFails_nothingAcknowledgedIsLost_andNothingIsThereTwice(boolean once) {
    long all = operations();
    assertThat(all).isGreaterThan(100);
    for (long at = 0; at < all; at++) {
      var folder = new MemoryFolder();
      folder.failOperations(at, once ? at + 1 : Long.MAX_VALUE - 1);
      work(folder);
      heal(folder);
      check(folder, "operation " + at);
    }
  }

  @Test
  void aSecondFaultInTheNextOpening_losesNothingEither() {
    long all = operations();
    for (long at = 0; at < all; at += 3) {
      var folder = new MemoryFolder();
      folder.failOperations(at, Long.MAX_VALUE - 1);
      work(folder);
      heal(folder);
      for (int second = 0; second < 14; second++) {
        var again = folder.copy();
        again.failOperations(second, Long.MAX_VALUE - 1);
        try {
          Journals.open(again);
        } catch (StoreException e) {
          assertThat(e).isNotInstanceOf(StoreDamagedException.class);
        }
        heal(again);
        check(again, "operations " + at + " and then " + second);
      }
    }
  }

  private long operations() {
    var folder = new MemoryFolder();
    work(folder);
    check(folder, "no fault");
    assertThat(acknowledged).containsExactly(ROUNDS, ROUNDS, ROUNDS);
    assertThat(Names.segments(folder.names()).getFirst()).as("compacted").isGreaterThan(3);
    return folder.operations();
  }

  private static void heal(MemoryFolder folder) {
    folder.failOperations(Long.MAX_VALUE, Long.MAX_VALUE);
    folder.room(Long.MAX_VALUE);
  }

  /// Commits until the store gives up, with small and large payloads, and a deletion in between.
  private void work(MemoryFolder folder) {
    Arrays.fill(acknowledged, 0);
    Arrays.fill(possible, 0);
    deleted = false;
    maybeDeleted = false;
    try {
      var store = Journals.open(folder);
      store.append(List.of(Journals.linear("deleted", 1)));
      for (int i = 0; i < 3 * ROUNDS; i++) {
        commit(store, i % 3, i % 4 == 0 ? 40_000 : 10);
        if (i == 30) {
          maybeDeleted = true;
          deleted = store.delete(RunId.of("deleted"));
        }
      }
      store.close();
    } catch (WriteRefusedException | CommitUnknownException e) {
      return; // the process gives up
    } catch (StoreException e) {
      assertThat(acknowledged).containsOnly(0);
    }
  }

  private void commit(FileCheckpointStore store, int run, int length) {
    long next = acknowledged[run] + 1;
    var commit = Journals.linear("run-" + run, next, "x".repeat(length));
    possible[run] = next;
    try {
      assertThat(store.append(List.of(commit))).isEmpty();
      acknowledged[run] = next;
    } catch (WriteRefusedException e) {
      possible[run] = acknowledged[run];
      throw e;
    }
  }

  private void check(MemoryFolder folder, String when) {
    try (var store = Journals.open(folder)) {
      for (int run = 0; run < 3; run++) {
        long sequence = Journals.sequence(store, "run-" + run);
        assertThat(sequence).as(when).isBetween(acknowledged[run], possible[run]);
        if (sequence > 0) {
          assertThat(Journals.entries(store, "run-" + run))
              .as(when)
              .extracting(entry -> entry.id())
              .containsExactly(sequence - 1);
        }
        var next = Journals.linear("run-" + run, sequence + 1);
        assertThat(store.append(List.of(next))).as(when).isEmpty();
      }
      if (deleted) {
        assertThat(store.find(RunId.of("deleted"))).as(when).isEmpty();
      } else if (!maybeDeleted && acknowledged[0] > 0) {
        assertThat(store.find(RunId.of("deleted"))).as(when).isPresent();
      }
    }
    try (var store = Journals.open(folder)) {
      assertThat(store.closedCleanly()).as(when).isTrue();
      assertThat(store.list(RunQuery.all(9))).as(when).hasSizeBetween(3, 4);
    }
    try (var reader = JournalReader.open(folder)) {
      assertThat(Verification.of(reader.loaded()).isWhole()).as(when).isTrue();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
