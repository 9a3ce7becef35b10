package dev.treadle;

import static dev.treadle.Fixtures.gather;
import static dev.treadle.Fixtures.step;
import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.Fixtures.Totals;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class FingerprintTest {
  private static final Step<Object, String, String> A = step("a");
  private static final Step<Object, String, String> B = step("b");
  private static final Step<Object, String, String> C = step("c");
  private static final Step<Object, List<String>, String> SUM = gather("sum");

  @Test
  void fingerprint_knownGraph_isStable() {
    var a = step("a");

    assertThat(Workflow.builder("w").start(a).end(a).build().fingerprint())
        .isEqualTo("16251e4b2aaef7f193934f6ec998faa5f3feb7d514ba6fb30a9f227c22164418");
  }

  @Test
  void fingerprint_otherCodeOrPolicy_isTheSame() {
    var a = step("a");
    var other =
        Step.map("a", String.class, String.class, String::strip)
            .retry(RetryPolicy.fixed(Duration.ZERO));

    assertThat(fingerprint(other)).isEqualTo(fingerprint(a));
  }

  @Test
  void fingerprint_namesAndTypes_count() {
    var length = Step.map("b", String.class, Integer.class, String::length);
    var flag = Step.map("a", String.class, Boolean.class, String::isBlank);

    assertThat(
            List.of(
                fingerprint(step("a")),
                fingerprint(step("b")),
                fingerprint(length),
                fingerprint(flag)))
        .doesNotHaveDuplicates();
  }

  @Test
  void fingerprint_everyConnection_counts() {
    var prints =
        Stream.<Function<WorkflowBuilder<Object, String>, WorkflowBuilder<Object, String>>>of(
                builder -> builder.edge(A, B),
                builder -> builder.edge(A, B).edge(B, A),
                builder -> builder.edge(A, B).onFailure(A, B),
                builder -> builder.edge(A, B).sink(C).onFailure(A, C),
                builder -> builder.edge(A, B).edge(A, C).sink(C),
                builder -> builder.edge(A, C).edge(A, B).sink(C),
                builder -> builder.branch(A).otherwise(B),
                builder -> builder.branch(A).when(String.class).to(B).endBranch(),
                builder -> builder.branch(A).when(String.class).and(_ -> true).to(B).otherwise(B),
                builder -> builder.edge(A, C).join(A, C, SUM).edge(SUM, B),
                builder -> builder.edge(A, C).join(C, C, SUM).edge(SUM, B))
            .map(change -> change.apply(Workflow.builder("w").start(A)).end(B).build())
            .map(Workflow::fingerprint)
            .toList();

    assertThat(prints).doesNotHaveDuplicates().allMatch(print -> print.matches("[0-9a-f]{64}"));
  }

  @Test
  void fingerprint_contextOrName_counts() {
    assertThat(
            List.of(
                Workflow.builder("w").start(A).end(A).build().fingerprint(),
                Workflow.builder("v").start(A).end(A).build().fingerprint(),
                Workflow.builder("w").start(A).terminate(A).build().fingerprint(),
                Workflow.builder("w", Totals.class, Totals::empty)
                    .start(A)
                    .end(A)
                    .build()
                    .fingerprint()))
        .doesNotHaveDuplicates();
  }

  private static String fingerprint(Step<Object, String, ?> step) {
    return Workflow.builder("w").start(step).end(step).build().fingerprint();
  }
}
