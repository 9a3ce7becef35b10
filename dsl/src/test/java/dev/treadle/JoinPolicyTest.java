package dev.treadle;

import static dev.treadle.Fixtures.faultsOf;
import static dev.treadle.Fixtures.gather;
import static dev.treadle.Fixtures.step;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

final class JoinPolicyTest {
  private final Step<Object, String, String> fork = step("fork");
  private final Step<Object, String, String> each = step("each");
  private final Step<Object, List<String>, String> sum = gather("sum");

  private WorkflowBuilder<Object, String> plain() {
    return Workflow.builder("w").start(fork).edge(fork, each).join(fork, each, sum);
  }

  private Workflow<Object, String, String> with(JoinPolicy policy) {
    return plain().policy(sum, policy).end(sum).build();
  }

  @Test
  void policy_isInTheGraph_andAllUnlessSet() {
    assertThat(with(JoinPolicy.first()).graph().scopes().getFirst().policy())
        .isEqualTo(JoinPolicy.first());
    assertThat(plain().end(sum).build().graph().scopes().getFirst().policy())
        .isEqualTo(JoinPolicy.all());
  }

  @Test
  void policy_isDrawn() {
    assertThat(with(JoinPolicy.tolerating(2)).toDot())
        .contains("s2 [label=\"sum (tolerating 2)\", shape=invtrapezium");
    assertThat(with(JoinPolicy.first()).toMermaid()).contains("s2[\\\"sum #40;first#41;\"/]");
    assertThat(with(JoinPolicy.all()).toDot()).contains("s2 [label=\"sum\", ");
  }

  @Test
  void fingerprint_includesThePolicy() {
    var plain = plain().end(sum).build().fingerprint();
    assertThat(with(JoinPolicy.all()).fingerprint()).isEqualTo(plain);
    assertThat(with(JoinPolicy.first()).fingerprint()).isNotEqualTo(plain);
    assertThat(with(JoinPolicy.tolerating(1)).fingerprint())
        .isNotEqualTo(with(JoinPolicy.tolerating(2)).fingerprint());
  }

  @Test
  void tolerating_belowOne_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JoinPolicy.tolerating(0))
        .withMessage(
            "a join tolerates at least 1 failure, was 0; a join that tolerates none is all()");
  }

  @Test
  void build_policyOfAStepThatIsNoJoin_isAFault() {
    assertThat(faultsOf(() -> plain().policy(each, JoinPolicy.first()).end(sum).build()))
        .containsExactly(
            "\"each\" has the policy \"first\", but is not a join: make it one by join(fork, from,"
                + " each)");
  }

  @Test
  void build_twoPolicies_isAFault() {
    assertThat(
            faultsOf(() ->
                plain()
                    .policy(sum, JoinPolicy.first())
                    .policy(sum, JoinPolicy.tolerating(3))
                    .end(sum)
                    .build()))
        .containsExactly("the join \"sum\" has 2 policies, first and tolerating 3: keep one");
  }
}
