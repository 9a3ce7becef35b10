package dev.treadle.checkpoint.sqlite;

import dev.treadle.RunId;
import dev.treadle.Step;
import dev.treadle.Workflow;
import dev.treadle.executor.Recovery;
import dev.treadle.executor.RunResult;
import dev.treadle.executor.WorkflowExecutor;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.stream.IntStream;

/// The program of [PoisonTest]: recovers what its former lives have left, starts a run of its own,
/// and waits for all of them. One step ends the process, each time it is executed.
final class PoisonedRun {
  static final int EXIT = 7;
  private static final int DEADLY = 5;

  private PoisonedRun() {}

  /// Lives once.
  ///
  /// @param arguments the database, and the number of the life
  public static void main(String[] arguments) throws InterruptedException {
    var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    var workflow = workflow();
    var life = arguments[1];
    try (var executor =
        WorkflowExecutor.create(SqliteCheckpointStore.open(Path.of(arguments[0])))) {
      // before the recovery, whose poison may end the process at once
      var own = executor.start(workflow, 3, RunId.of("good-" + life));
      var answers = new ArrayList<>(executor.recover(workflow));
      if (life.equals("0")) {
        out.println(executor.start(workflow, DEADLY + 1, RunId.of("poison")).id());
      }
      answers.add(new Recovery.Resumed(own.id(), own));
      for (var answer : answers) {
        switch (answer) {
          case Recovery.Resumed(var id, var handle) ->
              out.println(id + " " + (handle.await() instanceof RunResult.Completed<?>));
          default -> out.println(answer);
        }
      }
    }
  }

  private static Workflow<Object, Integer, String> workflow() {
    var split =
        Step.split(
            "split", Integer.class, Integer.class, n -> IntStream.range(0, n).boxed().toList());
    var work =
        Step.map(
            "work",
            Integer.class,
            Integer.class,
            n -> {
              if (n == DEADLY) {
                Runtime.getRuntime().halt(EXIT);
              }
              return n;
            });
    var join = Step.join("join", Integer.class, String.class, Object::toString);
    return Workflow.builder("poisoned")
        .start(split)
        .edge(split, work)
        .join(split, work, join)
        .end(join)
        .build();
  }
}
