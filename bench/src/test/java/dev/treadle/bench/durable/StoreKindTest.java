package dev.treadle.bench.durable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.executor.WorkflowExecutor;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
final class StoreKindTest {
  @TempDir Path folder;

  static String[] names() {
    return StoreKind.names();
  }

  @ParameterizedTest
  @MethodSource("names")
  void eachStore_runsTheMeasuredWorkflow(String name) throws Exception {
    var store = StoreKind.of(name).open(folder);
    try (var executor = WorkflowExecutor.create(store)) {
      var last = executor.run(TreadleRuns.chain(RunsShape.STEPS), Parcel.first());

      assertThat(last.count()).isEqualTo(RunsShape.STEPS);
    }
  }

  @Test
  void names_areDifferent() {
    assertThat(Set.of(StoreKind.names())).hasSize(StoreKind.all().size());
  }

  @Test
  void unknownName_isNamed() {
    assertThatThrownBy(() -> StoreKind.of("paper")).hasMessage("no store is called paper");
  }
}
