package dev.treadle.testkit;

import dev.treadle.Workflow;
import dev.treadle.executor.FailedItem;
import dev.treadle.executor.RunRepair;
import java.io.IOException;
import java.util.List;

/// Failed items that somebody skips or gives another input, with a death between that and the
/// resume, too.
///
/// Stateless.
final class RepairScenarios {
  private RepairScenarios() {}

  static List<Scenario<?, ?, ?>> all() {
    return List.of(skipped(), retried(), both());
  }

  private static Scenario<Object, Integer, String> failing(String name) {
    return Scenario.of(
        name,
        5,
        journal -> {
          var fork = FlowScenarios.upTo(journal, "fork");
          var each =
              journal.map("each", Integer.class, Integer.class, RepairScenarios::notThreeOrFour);
          var join = FlowScenarios.text(journal, "join");
          return Workflow.builder("repaired")
              .start(fork)
              .edge(fork, each)
              .join(fork, each, join)
              .end(join)
              .build();
        });
  }

  private static int notThreeOrFour(int n) throws IOException {
    if (n == 3 || n == 4) {
      throw new IOException("no " + n);
    }
    return n;
  }

  /// Says something of an item.
  @FunctionalInterface
  private interface Word {
    void about(RunRepair<?> repair, FailedItem item);
  }

  /// The two may fail one after the other: the run stops at the first, and the second is found when
  /// it goes on. So it is mended until it has not failed.
  private static Scenario<?, ?, ?> mended(String name, String output, Word word) {
    return failing(name)
        .mending((executor, workflow, id) -> {
          var repair = executor.repair(workflow, id);
          for (var item : repair.items()) {
            word.about(repair, item);
          }
          return repair.resume();
        })
        .completes(output)
        .varying();
  }

  private static Scenario<?, ?, ?> skipped() {
    return mended(
        "items that are skipped", "[0, 1, 2]", (repair, item) -> repair.skip(item.sequence()));
  }

  private static Scenario<?, ?, ?> retried() {
    return mended(
        "items with another input",
        "[0, 1, 2, 30, 40]",
        (repair, item) -> repair.retry(item.sequence(), 10 * (int) item.input()));
  }

  private static Scenario<?, ?, ?> both() {
    return mended(
        "an item skipped, and one with another input",
        "[0, 1, 2, 30]",
        (repair, item) -> {
          if (item.input().equals(3)) {
            repair.retry(item.sequence(), 30);
          } else {
            repair.skip(item.sequence());
          }
        });
  }
}
