package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.RunId;
import dev.treadle.proof.Fuzzer;
import java.util.Arrays;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What comes from a store, or from a user as an id, may be anything.
final class FuzzTest {
  private static final long SEED = Long.getLong("treadle.soak.seed", 1_000_000);

  @Test
  void payloadsAndNotes_areReadStrictly_whateverIsStored() {
    payloads(1, Fuzzer.inputs(20_000));
  }

  @Test
  void runIds_areWellFormed_orRefused() {
    runIds(1, Fuzzer.inputs(100_000));
  }

  @Test
  @Tag("soak")
  void manyMorePayloads() {
    payloads(SEED, Fuzzer.soak());
  }

  @Test
  @Tag("soak")
  void manyMoreRunIds() {
    runIds(SEED, Fuzzer.soak());
  }

  @Test
  void plantedBug_whatFollowsAPayloadIsOverlooked_isCaught() {
    assertThatThrownBy(() ->
            Fuzzer.run(
                "planted",
                1,
                Fuzzer.inputs(100_000),
                PayloadFuzz.samples(),
                input ->
                    PayloadFuzz.accept(
                        input, (type, where, json) -> type.read(where, upToBrace(json)))))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("HexFormat.of().parseHex(")
        .hasRootCauseMessage("what follows a value was overlooked");
  }

  @Test
  void plantedBug_twoDotsInARunId_areCaught() {
    assertThatThrownBy(() ->
            Fuzzer.run(
                "planted",
                1,
                Fuzzer.inputs(100_000),
                RunIdFuzz.samples(),
                input -> RunIdFuzz.accept(input, text -> RunId.of(text.replace("..", ".x")))))
        .isInstanceOf(AssertionError.class)
        .hasRootCauseMessage("taken for a run id");
  }

  private static void payloads(long seed, LongPredicate goesOn) {
    Fuzzer.run("payloads", seed, goesOn, PayloadFuzz.samples(), PayloadFuzz::fuzzerTestOneInput);
  }

  private static void runIds(long seed, LongPredicate goesOn) {
    Fuzzer.run("run ids", seed, goesOn, RunIdFuzz.samples(), RunIdFuzz::fuzzerTestOneInput);
  }

  private static byte[] upToBrace(byte[] json) {
    for (int i = json.length; i > 0; i--) {
      if (json[i - 1] == '}') {
        return Arrays.copyOf(json, i);
      }
    }
    return json;
  }
}
