package dev.treadle.executor;

import dev.treadle.GateResult;
import dev.treadle.Graph;
import dev.treadle.Graph.Ending;
import dev.treadle.Graph.PlacedStep;
import dev.treadle.Graph.Route;
import dev.treadle.Merge;
import dev.treadle.Node;
import dev.treadle.StepBody;
import dev.treadle.StepFailure;
import dev.treadle.Transition;
import dev.treadle.Workflow;
import dev.treadle.executor.ModelAccount.Gathered;
import dev.treadle.executor.ModelAccount.Verdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The meaning of a run, as simple as can be: one thread, one list of pending items, nothing stored
/// and nothing counted. Whether a group is open is found by looking through all that is pending.
///
/// The methods that are not private are the sentences that a planted bug gets wrong.
class ReferenceInterpreter {
  private static final int BEHIND_ALL = Integer.MAX_VALUE;
  private static final Place OUTSIDE = new Place(null, List.of());

  /// One execution of a fork.
  static final class Group {
    final Graph.Scope scope;
    final Place outer;
    final List<Arrival> arrivals = new ArrayList<>();

    Group(Graph.Scope scope, Place outer) {
      this.scope = scope;
      this.outer = outer;
    }
  }

  /// Where an item stands: the innermost group, and the branches from its fork on.
  record Place(@Nullable Group group, List<Integer> path) {
    Place branch(int number) {
      return new Place(group, joined(path, List.of(number)));
    }
  }

  record Arrival(List<Integer> path, Object value) {}

  /// @param number tells items apart and gives the order of their coming into being
  /// @param due when it goes on, or 0
  /// @param delivers whether its input is what its step has given out, to go on now
  record Item(
      long number,
      PlacedStep step,
      Object input,
      Place place,
      int attempt,
      Optional<StepFailure> failure,
      long due,
      boolean delivers) {
    String name() {
      return step.step().name();
    }

    Item later(long at, Object what, boolean output) {
      int next = output ? attempt : attempt + 1;
      return new Item(number, step, what, place, next, failure, at, output);
    }
  }

  /// The run has more items than it may have.
  static final class TooLargeException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private final Graph graph;
  private final @Nullable Merge<Object> merge;
  private final boolean ignoresEnds;
  private final int bound;
  private final Map<String, Long> holds = new HashMap<>();
  private final List<Object> outputs = new ArrayList<>();
  private final List<Gathered> gathered = new ArrayList<>();
  private final List<Item> queue = new ArrayList<>();
  private final List<Item> delayed = new ArrayList<>();
  private long now;
  private long items;
  private Object context;
  private @Nullable Verdict end;

  /// How the run will end when what is in flight has come back or was given up.
  private @Nullable Verdict ending;

  /// What was in flight when the run began to end.
  private List<Long> inFlight = new ArrayList<>();

  private int executed;

  /// The items that have failed for good.
  final List<Item> failed = new ArrayList<>();

  /// What steps marked `terminate` gave.
  final List<Object> terminals = new ArrayList<>();

  /// @param ignoresEnds whether the run goes on after a `terminate` or a failure, to tell all that
  ///   could happen in any order
  /// @param bound how many attempts there may be
  ReferenceInterpreter(Workflow<?, ?, ?> workflow, boolean ignoresEnds, int bound) {
    this.graph = workflow.graph();
    this.merge = untyped(workflow.merge());
    this.context = workflow.initialContext().isPresent() ? initial(workflow) : "no context";
    this.ignoresEnds = ignoresEnds;
    this.bound = bound;
  }

  final ModelAccount tell(Object input) {
    start(input);
    while (!isOver()) {
      if (queue.isEmpty()) {
        wake();
      }
      execute(queue.getFirst());
      if (ending != null) {
        settle();
      }
    }
    return account();
  }

  // --- event by event, in any order

  final void start(Object input) {
    add(graph.steps().getFirst(), input, OUTSIDE, Optional.empty());
  }

  final boolean isOver() {
    return end != null || (ending == null && queue.isEmpty() && delayed.isEmpty());
  }

  final boolean isEnding() {
    return end == null && ending != null;
  }

  final boolean canWake() {
    return ending == null && !delayed.isEmpty();
  }

  /// The items whose attempts may come back next, in the order of their coming into being.
  final List<Item> inFlight() {
    return queue.stream()
        .filter(item -> ending == null || inFlight.contains(item.number))
        .sorted(Comparator.comparingLong(Item::number))
        .toList();
  }

  final void cancel() {
    beginToEnd(new ModelAccount.Cancelled());
  }

  /// What is still in flight is given up.
  final void settle() {
    end = ending;
  }

  /// The process dies: a run that was ending has nothing in flight any more.
  final void die() {
    inFlight.clear();
  }

  final ModelAccount account() {
    return new ModelAccount(end == null ? drained() : end, outputs, context, gathered);
  }

  private void beginToEnd(Verdict how) {
    if (ending == null) {
      ending = how;
      inFlight = new ArrayList<>(queue.stream().map(Item::number).toList());
    }
  }

  final Object merged(Object before, Object delta) {
    return Objects.requireNonNull(merge, "merge").combine().apply(before, delta);
  }

  /// Whether the run had to wait for its time.
  final boolean waited() {
    return now > 0;
  }

  private void add(PlacedStep step, Object input, Place place, Optional<StepFailure> failure) {
    queue.add(new Item(items++, step, input, place, 1, failure, 0, false));
  }

  /// Time passes until something is due.
  final void wake() {
    now = delayed.stream().mapToLong(Item::due).min().orElseThrow();
    var due = delayed.stream().filter(item -> item.due <= now).sorted(wakeOrder()).toList();
    delayed.removeAll(due);
    queue.addAll(due);
  }

  private Verdict drained() {
    if (!outputs.isEmpty()) {
      return new ModelAccount.Completed(outputs.getFirst());
    }
    return holds.isEmpty() ? new ModelAccount.WithoutOutput() : new ModelAccount.Stalled(holds);
  }

  /// An attempt comes back.
  final void execute(Item item) {
    if (++executed > bound) {
      throw new TooLargeException();
    }
    queue.remove(item);
    inFlight.remove(item.number);
    if (item.delivers) {
      succeed(item, List.of(item.input));
      return;
    }
    if (item.input instanceof List<?> list) {
      gathered.add(new Gathered(name(item.step), list));
    }
    if (item.step.step().body() instanceof StepBody.Gate<?, ?, ?>(var decide)) {
      decide(item, decide);
      return;
    }
    var ctx = new ReferenceContext(this, context, name(item.step), item.attempt, item.failure);
    Transition<?> answer;
    try {
      answer = node(item.step).process(ctx, item.input);
    } catch (Exception e) {
      var policy = item.step.step().retryPolicy();
      if (policy.isPresent() && policy.get().allows(item.attempt, e)) {
        long wait = policy.get().delay(item.attempt, 0).toMillis();
        later(item.later(wait == 0 ? 0 : now + wait, item.input, false));
      } else {
        fail(item, e.getClass().getName());
      }
      return;
    }
    if (!(answer instanceof Transition.Abort)) {
      ctx.changes.forEach(change -> context = change.apply(context));
    }
    answered(item, answer);
  }

  /// A gate changes the context as it decides.
  private void decide(Item item, BiFunction<?, ?, ? extends GateResult<?, ?>> gate) {
    GateResult<?, ?> result;
    try {
      result = untyped(gate).apply(context, item.input);
    } catch (RuntimeException e) {
      fail(item, e.getClass().getName());
      return;
    }
    if (!(result.transition() instanceof Transition.Abort)) {
      context = result.state();
    }
    answered(item, result.transition());
  }

  private void answered(Item item, Transition<?> answer) {
    switch (answer) {
      case Transition.Next<?>(var output) -> succeed(item, List.of(output));
      case Transition.NextAll<?>(var all) -> succeed(item, all);
      case Transition.Hold<?> _ -> {
        holds.merge(name(item.step), 1L, Long::sum);
        close(item.place.group);
      }
      case Transition.Abort<?> _ -> fail(item, "Abort");
      case Transition.After<?>(var delay, var output) ->
          later(item.later(now + delay.toMillis(), output, true));
    }
  }

  private void later(Item item) {
    (item.due == 0 ? queue : delayed).add(item);
  }

  private void succeed(Item item, List<?> values) {
    var step = item.step;
    var scope = find(graph.scopes(), known -> known.fork().equals(name(step)));
    var opened = scope == null ? null : new Group(scope, item.place);
    int emissions = values.size() * step.routes().size();
    int number = 0;
    for (var value : values) {
      for (var route : step.routes()) {
        var place =
            opened != null
                ? new Place(opened, List.of(number))
                : emissions > 1 ? multiplied(item.place, number) : item.place;
        deliver(route, value, place);
        number++;
      }
      end(step.ending(), value);
    }
    close(opened != null ? opened : item.place.group);
  }

  private void deliver(Route route, Object value, Place place) {
    switch (route) {
      case Route.Edge(var to) -> go(to, value, place, Optional.empty());
      case Route.Branch(var arms) -> {
        var arm = Objects.requireNonNull(find(arms, one -> one.takes().test(value)), "arm");
        go(arm.to(), value, place, Optional.empty());
      }
      case Route.Finish _ -> throw new IllegalArgumentException("a workflow");
      case Route.Feed(var join) -> {
        var at = left(place, group -> group.scope.join().equals(join));
        Objects.requireNonNull(at.group, "group").arrivals.add(new Arrival(at.path, value));
      }
    }
  }

  private void end(Ending ending, Object value) {
    if (ending == Ending.END || ending == Ending.TERMINATE) {
      outputs.add(value);
    }
    if (ending == Ending.TERMINATE) {
      terminals.add(value);
      if (!ignoresEnds && end == null && this.ending == null) {
        end = new ModelAccount.Completed(value);
      }
    }
  }

  private void fail(Item item, String type) {
    var why = new StepFailure(name(item.step), item.attempt, type, "", "");
    if (item.step.fallback().isPresent() && !item.delivers) {
      go(item.step.fallback().get(), item.input, item.place, Optional.of(why));
      close(item.place.group);
      return;
    }
    failed.add(item);
    if (!ignoresEnds) {
      beginToEnd(new ModelAccount.Failed(name(item.step), item.attempt));
    }
  }

  private void close(@Nullable Group group) {
    if (group == null
        || queue.stream().anyMatch(item -> isOpen(item, group))
        || delayed.stream().anyMatch(item -> isOpen(item, group))
        || failed.stream().anyMatch(item -> isOpen(item, group))) {
      return;
    }
    fire(group);
  }

  // --- the sentences

  /// An item goes on to a step, out of the scopes that the step does not lie in.
  void go(String to, Object value, Place from, Optional<StepFailure> failure) {
    var place = left(from, group -> group.scope.steps().contains(to));
    add(step(to), value, place, failure);
  }

  /// When none is open, the join gets the values that have arrived.
  void fire(Group group) {
    var values = ordered(group.arrivals).stream().map(Arrival::value).toList();
    var join = step(group.scope.join());
    add(join, values, afterJoin(group), Optional.empty());
  }

  /// What is due at once goes on in the order of its time, then of its coming into being.
  Comparator<Item> wakeOrder() {
    return Comparator.comparingLong(Item::due).thenComparingLong(Item::number);
  }

  /// An item is open in its group and in every group around it.
  boolean isOpen(Item item, Group group) {
    for (var at = item.place.group; at != null; at = at.outer.group) {
      if (at == group) {
        return true;
      }
    }
    return false;
  }

  /// Values are ordered by path.
  List<Arrival> ordered(List<Arrival> arrivals) {
    return arrivals.stream()
        .sorted(Comparator.comparing(Arrival::path, ReferenceInterpreter::compare))
        .toList();
  }

  /// Each multiplication adds its branch to the path.
  Place multiplied(Place place, int number) {
    return place.branch(number);
  }

  /// An item that leaves a scope goes on in the enclosing group, the fork item's path extended by
  /// its own.
  Place left(Place place, Predicate<Group> stays) {
    var at = place;
    while (at.group != null && !stays.test(at.group)) {
      var outer = at.group.outer;
      at = new Place(outer.group, joined(outer.path, at.path));
    }
    return at;
  }

  /// What follows a join stands where the fork's item stood, behind all that left.
  Place afterJoin(Group group) {
    return group.scope.exits() ? group.outer.branch(BEHIND_ALL) : group.outer;
  }

  // --- small things

  private static int compare(List<Integer> a, List<Integer> b) {
    for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
      int order = Integer.compare(a.get(i), b.get(i));
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(a.size(), b.size());
  }

  private static List<Integer> joined(List<Integer> first, List<Integer> second) {
    var both = new ArrayList<>(first);
    both.addAll(second);
    return both;
  }

  private PlacedStep step(String name) {
    return Objects.requireNonNull(find(graph.steps(), one -> name(one).equals(name)), name);
  }

  private static String name(PlacedStep step) {
    return step.step().name();
  }

  private static <T> @Nullable T find(List<T> list, Predicate<T> wanted) {
    for (var one : list) {
      if (wanted.test(one)) {
        return one;
      }
    }
    return null;
  }

  @SuppressWarnings("unchecked") // the graph has checked the types of neighbours
  private static Node<Object, Object, Object> node(PlacedStep step) {
    return switch (step.step().body()) {
      case StepBody.Code<?, ?, ?>(var node) -> (Node<Object, Object, Object>) node;
      case StepBody.Batch<?, ?, ?> _ -> throw new IllegalArgumentException("a batch");
      case StepBody.AwaitRun<?, ?, ?, ?> _ -> throw new IllegalArgumentException("an await");
      case StepBody.Await<?, ?, ?, ?> _ -> throw new IllegalArgumentException("an await");
      case StepBody.Gate<?, ?, ?> _ -> throw new IllegalArgumentException("a gate");
      case StepBody.Inlined<?, ?, ?> _ -> throw new IllegalArgumentException("a workflow");
    };
  }

  @SuppressWarnings("unchecked") // as above
  private static BiFunction<Object, Object, GateResult<?, ?>> untyped(
      BiFunction<?, ?, ? extends GateResult<?, ?>> gate) {
    return (BiFunction<Object, Object, GateResult<?, ?>>) gate;
  }

  private static Object initial(Workflow<?, ?, ?> workflow) {
    return workflow.initialContext().orElseThrow().get();
  }

  @SuppressWarnings("unchecked") // a merge is of the workflow's context class
  private static @Nullable Merge<Object> untyped(Optional<? extends Merge<?>> merge) {
    return (Merge<Object>) merge.orElse(null);
  }
}
