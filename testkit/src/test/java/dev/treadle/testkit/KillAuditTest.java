package dev.treadle.testkit;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.RunId;
import dev.treadle.executor.MemoryCheckpointStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the audit of killed processes takes for a broken promise, and what not.
final class KillAuditTest {
  @TempDir private Path folder;
  private final MemoryCheckpointStore store = MemoryCheckpointStore.create();

  private KillAudit audit(String... lines) throws IOException {
    var log = Files.write(folder.resolve("log"), List.of(lines));
    var audit = new KillAudit(log, "g", 1);
    audit.read();
    return audit;
  }

  private void stored(int from, int to) {
    for (int sequence = from; sequence <= to; sequence++) {
      StoreFixture.accept(store, Commits.whole(Commits.header("g0", sequence, 1)));
    }
  }

  @Test
  void aCommitThatTheKillKeptFromBeingAcknowledged_isNoFault_inEachLife() throws Exception {
    var audit = audit("L", "C g0 1", "C g0 2");
    stored(1, 3);
    audit.compare(store);
    stored(4, 4);
    audit.compare(store);
  }

  @Test
  void twoCommitsOfOneLife_thatNobodyWasToldOf_areFound() throws Exception {
    var audit = audit("L", "C g0 1");
    stored(1, 3);
    assertThatThrownBy(() -> audit.compare(store))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("2 commits that nobody was told of: g0");
  }

  @Test
  void anAcknowledgedCommitThatIsGone_isFound() throws Exception {
    var audit = audit("L", "C g0 1", "C g0 2");
    stored(1, 1);
    assertThatThrownBy(() -> audit.compare(store))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("lost 1 acknowledged commits: g0");
  }

  @Test
  void aCommitThatWasThereAfterAKillAndIsGone_isFound() throws Exception {
    var audit = audit("L", "C g0 1");
    stored(1, 2);
    audit.compare(store);
    store.delete(RunId.of("g0"));
    stored(1, 1);
    assertThatThrownBy(() -> audit.compare(store))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("lost 1 acknowledged commits: g0");
  }

  @Test
  void anItemExecutedAfterItsCommit_isFound() throws Exception {
    var audit = audit("L", "C g0 1 5");
    Files.writeString(folder.resolve("log"), "E g0 5\n", StandardOpenOption.APPEND);
    assertThatThrownBy(audit::read)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("executed after its commit was acknowledged: item g0 5");
  }

  @Test
  void quarantineAfterFourDeaths_isNoFault_sooner_isFound() throws Exception {
    audit("L", "L", "L", "L", "L", "Q g0");
    assertThatThrownBy(() -> audit("L", "L", "L", "L", "Q g0"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("in quarantine too soon: g0");
  }
}
