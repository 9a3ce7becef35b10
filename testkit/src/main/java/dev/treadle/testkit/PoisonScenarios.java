package dev.treadle.testkit;

import dev.treadle.Transition;
import dev.treadle.Workflow;
import java.util.List;
import java.util.Map;

/// A step that ends its process: it is executed again after what else there is, and when it has
/// done that too often the run is put into quarantine until somebody resumes it.
///
/// Stateless.
final class PoisonScenarios {
  private static final String DEADLY = "deadly";
  private static final int OTHERS = 3;

  private PoisonScenarios() {}

  static List<Scenario<?, ?, ?>> all() {
    return List.of(
        deadly("a step that ends its process twice", false),
        deadly("a step that ends its process until its run is resumed", true));
  }

  private static Scenario<?, ?, ?> deadly(String name, boolean untilResumed) {
    return Scenario.<Object, Integer, String>of(
            name,
            1 + OTHERS,
            journal -> {
              var fork = FlowScenarios.upTo(journal, "fork");
              var others = FlowScenarios.plus(journal, "others", 0);
              var deadly =
                  journal.<Object, Integer, Integer>of(
                      DEADLY,
                      Integer.class,
                      Integer.class,
                      (_, n) -> {
                        int times = journal.executions().getOrDefault(DEADLY, 0);
                        if (untilResumed ? !journal.isRaised(Journal.RESUMED) : times < 3) {
                          journal.die();
                        }
                        return Transition.next(n);
                      });
              var join = FlowScenarios.text(journal, "join");
              return Workflow.builder("poison")
                  .start(fork)
                  .branch(fork)
                  .when(Integer.class)
                  .and(n -> n == 1)
                  .to(deadly)
                  .otherwise(others)
                  .join(fork, deadly, join)
                  .join(fork, others, join)
                  .end(join)
                  .build();
            })
        .resuming() // two deaths more may be the last strikes
        .completes("[0, 1, 2, 3]")
        .attempts(Map.of("fork", 1, "others", OTHERS, DEADLY, 1, "join", 1))
        .expects(end ->
            Scenario.equal(
                "was resumed", end.journal().isRaised(Journal.RESUMED) || !untilResumed, true))
        .varying();
  }
}
