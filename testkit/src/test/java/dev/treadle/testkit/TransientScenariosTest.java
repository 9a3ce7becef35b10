package dev.treadle.testkit;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The scenarios without a store.
@Timeout(60)
final class TransientScenariosTest {
  @ParameterizedTest(name = "{0}, {1} at a time")
  @MethodSource("dev.treadle.testkit.ScenarioContract#cases")
  void transientRun_meansTheSame(Scenario<?, ?, ?> scenario, int width) throws Exception {
    scenario.runTransient(width);
  }
}
