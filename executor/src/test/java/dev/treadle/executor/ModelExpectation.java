package dev.treadle.executor;

import dev.treadle.Workflow;
import dev.treadle.executor.ModelAccount.Completed;
import dev.treadle.executor.ReferenceModel.Event;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/// What a run must come to, one item at a time and many at a time.
///
/// @param inOrder what comes of it one item at a time
/// @param all what can come of it at most, were there no end by `terminate` or failure
/// @param fails whether some item fails for good
/// @param terminals what steps marked `terminate` can give
/// @param waits whether it has to wait for its time or for signals
/// @param racy whether the order of items decides what becomes of them; then only the order of
///   parallelism 1 is told in full
/// @param events what happens in it, one item at a time
record ModelExpectation(
    ModelAccount inOrder,
    ModelAccount all,
    boolean fails,
    List<Object> terminals,
    boolean waits,
    boolean racy,
    Set<Event> events) {

  static ModelExpectation of(
      Workflow<?, ?, ?> workflow, Object input, List<RandomSending> signals, int bound) {
    var whole = new ReferenceInterpreter(workflow, true, bound);
    var all = whole.tell(input, signals);
    var run = new ReferenceInterpreter(workflow, false, bound);
    var inOrder = run.tell(input, signals);
    return new ModelExpectation(
        inOrder,
        all,
        whole.fails,
        List.copyOf(whole.terminals),
        whole.waited(),
        whole.racy,
        Set.copyOf(run.events));
  }

  /// How a run at parallelism 1 differs.
  Optional<String> differenceInOrder(ModelAccount run) {
    return firstOf(
        same("result", inOrder.verdict(), run.verdict()),
        same("outputs", inOrder.outputs(), run.outputs()),
        same("lists", inOrder.gathered(), run.gathered()),
        same("answers", inOrder.answers(), run.answers()),
        same("context", inOrder.context(), run.context()));
  }

  /// How a run at a higher parallelism differs in what does not depend on the order.
  Optional<String> difference(ModelAccount run) {
    if (racy) {
      return torn(run);
    }
    if (!fails && terminals.isEmpty()) {
      return firstOf(
          verdict(run),
          same("outputs", counted(all.outputs()), counted(run.outputs())),
          same("lists", counted(all.gathered()), counted(run.gathered())),
          same("answers", all.answers(), run.answers()),
          same("context", all.context(), run.context()));
    }
    return firstOf(
        cutVerdict(run),
        within("outputs", all.outputs(), run.outputs()),
        within("lists", all.gathered(), run.gathered()));
  }

  /// What is wrong with a run in itself, whatever its order.
  private static Optional<String> torn(ModelAccount run) {
    boolean right =
        switch (run.verdict()) {
          case Completed(var output) -> run.outputs().contains(output);
          case ModelAccount.Stalled(var holds) -> run.outputs().isEmpty() && !holds.isEmpty();
          case ModelAccount.WithoutOutput _ -> run.outputs().isEmpty();
          case ModelAccount.Failed _, ModelAccount.Cancelled _ -> true;
          case ModelAccount.Missed _ -> false; // none has a deadline
        };
    return right ? Optional.empty() : Optional.of("the result does not fit the outputs: " + run);
  }

  private Optional<String> verdict(ModelAccount run) {
    return run.verdict() instanceof Completed(var output) && !all.outputs().isEmpty()
        ? same("first output", run.outputs().getFirst(), output)
        : same("result", all.verdict(), run.verdict());
  }

  private Optional<String> cutVerdict(ModelAccount run) {
    boolean right =
        switch (run.verdict()) {
          case ModelAccount.Failed _ -> fails;
          case Completed(var output) -> terminals.contains(output);
          case ModelAccount.Stalled _,
              ModelAccount.WithoutOutput _,
              ModelAccount.Cancelled _,
              ModelAccount.Missed _ ->
              false;
        };
    return right
        ? Optional.empty()
        : Optional.of(
            "result: one of the outputs %s%s expected, was %s"
                .formatted(terminals, fails ? " or a failure" : "", run.verdict()));
  }

  @SafeVarargs
  private static Optional<String> firstOf(Optional<String>... differences) {
    for (var difference : differences) {
      if (difference.isPresent()) {
        return difference;
      }
    }
    return Optional.empty();
  }

  private static Optional<String> same(String what, Object expected, Object actual) {
    return Objects.equals(expected, actual)
        ? Optional.empty()
        : Optional.of("%s: expected %s, was %s".formatted(what, expected, actual));
  }

  private static Optional<String> within(String what, List<?> most, List<?> actual) {
    var left = new ArrayList<Object>(most);
    for (var one : actual) {
      if (!left.remove(one)) {
        return Optional.of("%s: %s is not, or not so often, in %s".formatted(what, one, most));
      }
    }
    return Optional.empty();
  }

  private static Map<Object, Integer> counted(List<?> all) {
    var counts = new HashMap<Object, Integer>();
    all.forEach(one -> counts.merge(one, 1, Integer::sum));
    return counts;
  }
}
