package dev.treadle.checkpoint.file;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.proof.Fuzzer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Whatever lies in a journal's folder, a store opens or says why not.
final class JournalFuzzTest {
  private static final long SEED = Long.getLong("treadle.soak.seed", 1_000_000);

  @Test
  void journalsOfAnything_areReadOrRefused() throws Exception {
    run(1, Fuzzer.inputs(10_000));
  }

  /// What has failed once: an entry of a run whose id is impossible.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0050000000084d38d54b0772757e2d302e310000001a9d6301f70002000000000000000100000014"
            + "000000000000000200000012c50a737c015404737465f00000000003abf9f20ad3e3bb3b02540473"
            + "7465700000000001900a0a4400000008bf5356480772756e2d302e300000000239df87b900000a",
      })
  void journalsThatFailedOnce_areReadOrRefused(String hex) throws Exception {
    JournalFuzz.fuzzerTestOneInput(HexFormat.of().parseHex(hex));
  }

  @Test
  @Tag("soak")
  void manyMoreJournals_areReadOrRefused() throws Exception {
    run(SEED, Fuzzer.soak());
  }

  @Test
  void plantedBug_aLengthThatIsTakenOnTrust_isCaught() {
    assertThatThrownBy(() ->
            Fuzzer.run(
                "planted",
                1,
                Fuzzer.inputs(100_000),
                JournalFuzz.samples(),
                JournalFuzzTest::trusting))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("HexFormat.of().parseHex(");
  }

  private static void run(long seed, LongPredicate goesOn) throws MalformedException {
    Fuzzer.run("journals", seed, goesOn, JournalFuzz.samples(), JournalFuzz::fuzzerTestOneInput);
  }

  /// Reads blocks without asking whether there is so much.
  private static void trusting(byte[] input) {
    for (int at = 2; at + Integer.BYTES < input.length && input[0] == 0; ) {
      int length = BigEndian.getInt(input, at);
      var block = Arrays.copyOfRange(input, at + Integer.BYTES, at + Integer.BYTES + length);
      at += Integer.BYTES + block.length;
    }
  }
}
