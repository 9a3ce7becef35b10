package dev.treadle.testkit;

import dev.treadle.Fn;
import dev.treadle.Node;
import dev.treadle.RunId;
import dev.treadle.Step;
import dev.treadle.StepContext;
import dev.treadle.Transition;
import dev.treadle.TypeRef;
import dev.treadle.Workflow;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;

/// What happened outside of a run: which steps were executed, and what the world has told the
/// steps. It outlives the deaths of the process that are simulated, as a database beside the store
/// would.
///
/// Safe for use by many threads.
public final class Journal {
  /// The flag that is raised before a failed run is resumed, for steps that work from then on.
  public static final String RESUMED = "resumed";

  private final Map<Execution, Integer> executions = new ConcurrentHashMap<>();
  private final Set<String> flags = ConcurrentHashMap.newKeySet();
  private final Map<String, Workflow<?, ?, ?>> children = new ConcurrentHashMap<>();
  private final Map<String, String> names = new ConcurrentHashMap<>();
  private volatile Runnable death =
      () -> {
        throw new IllegalStateException("there is no store, so there is no life after a death");
      };

  /// One attempt of one item, or of one element of a batch.
  ///
  /// @param run the run's id
  /// @param step the step's name
  /// @param key the idempotency key
  /// @param attempt the number of the attempt
  record Execution(RunId run, String step, String key, int attempt) {
    /// The item's number within its run; the key is the run's two-part incarnation, the number, and
    /// more for elements and repairs.
    long item() {
      return Long.parseLong(key.split("[-.]", -1)[2]);
    }
  }

  /// An empty journal.
  public Journal() {}

  /// Notes an execution; the first thing that a step's code does.
  ///
  /// @param ctx the context of the step
  public void executed(StepContext<?> ctx) {
    var step = names.getOrDefault(ctx.step(), ctx.step());
    var execution = new Execution(ctx.runId(), step, ctx.idempotencyKey(), ctx.attempt());
    executions.merge(execution, 1, Integer::sum);
  }

  /// How often each step was executed, by name; steps that never were are missing.
  ///
  /// @return the executions, those repeated after a death included
  public Map<String, Integer> executions() {
    var sums = new TreeMap<String, Integer>();
    executions.forEach((execution, times) -> sums.merge(execution.step, times, Integer::sum));
    return sums;
  }

  /// Whether a step was ever executed.
  ///
  /// @param step the step's name
  /// @return whether it was
  public boolean hasExecuted(String step) {
    return executions.keySet().stream().anyMatch(execution -> execution.step.equals(step));
  }

  /// How many different attempts of items each step had: its executions without those that a death
  /// has repeated.
  ///
  /// @return the attempts, by the step's name
  public Map<String, Integer> attempts() {
    return executions.keySet().stream()
        .collect(Collectors.toMap(Execution::step, _ -> 1, Integer::sum, TreeMap::new));
  }

  /// Notes the executions of a step under the name that it had before.
  void renamed(String was, String now) {
    names.put(now, was);
  }

  /// A copy of what is noted.
  Map<Execution, Integer> noted() {
    return Map.copyOf(executions);
  }

  // --- what the world tells

  /// Raises a flag for steps to see, such as that a shop has opened.
  ///
  /// @param flag its name
  public void raise(String flag) {
    flags.add(flag);
  }

  /// Whether a flag was raised.
  ///
  /// @param flag its name
  /// @return whether it was
  public boolean isRaised(String flag) {
    return flags.contains(flag);
  }

  // --- runs beside the run

  /// Takes note of a workflow whose runs the steps start, so that these runs are gone on with after
  /// a death too, and are waited for.
  ///
  /// @param workflow the workflow
  /// @param <C> the type of its context
  /// @param <I> the type of its input
  /// @param <O> the type of its outputs
  /// @return the same workflow
  public <C, I, O> Workflow<C, I, O> child(Workflow<C, I, O> workflow) {
    children.put(workflow.name(), workflow);
    return workflow;
  }

  Collection<Workflow<?, ?, ?>> children() {
    return children.values();
  }

  // --- steps that end their process

  /// Ends the process, as a step can that takes too much memory or is killed from outside. Returns
  /// only by an exception, when what is left of the process goes.
  ///
  /// @throws InterruptedException always
  public void die() throws InterruptedException {
    death.run();
    new CountDownLatch(1).await();
  }

  void onDeath(Runnable dying) {
    death = dying;
  }

  // --- steps that note their executions

  /// As [Step#of], noting each execution.
  ///
  /// @param name the step's name
  /// @param input the class of the input
  /// @param output the class of each output
  /// @param node the code
  /// @param <C> the type of the context
  /// @param <I> the type of the input
  /// @param <O> the type of the outputs
  /// @return the step
  public <C, I, O> Step<C, I, O> of(
      String name, Class<I> input, Class<O> output, Node<C, I, O> node) {
    return Step.of(name, input, output, noting(node));
  }

  /// As [Step#map], noting each execution.
  ///
  /// @param name the step's name
  /// @param input the class of the input
  /// @param output the class of the output
  /// @param fn the code
  /// @param <I> the type of the input
  /// @param <O> the type of the output
  /// @return the step
  public <I, O> Step<Object, I, O> map(
      String name, Class<I> input, Class<O> output, Fn<? super I, ? extends O> fn) {
    return of(name, input, output, (_, value) -> Transition.next(fn.apply(value)));
  }

  /// As [Step#split], noting each execution.
  ///
  /// @param name the step's name
  /// @param input the class of the input
  /// @param output the class of each output
  /// @param fn the code
  /// @param <I> the type of the input
  /// @param <O> the type of the outputs
  /// @return the step
  public <I, O> Step<Object, I, O> split(
      String name, Class<I> input, Class<O> output, Fn<? super I, ? extends List<O>> fn) {
    return of(name, input, output, (_, value) -> Transition.nextAll(fn.apply(value)));
  }

  /// As [Step#join], noting each execution.
  ///
  /// @param name the step's name
  /// @param element the class of the elements
  /// @param output the class of the output
  /// @param fn the code
  /// @param <E> the type of the elements
  /// @param <O> the type of the output
  /// @return the step
  public <E, O> Step<Object, List<E>, O> join(
      String name, Class<E> element, Class<O> output, Fn<? super List<E>, ? extends O> fn) {
    return Step.types(TypeRef.listOf(element), TypeRef.of(output))
        .of(name, noting((_, values) -> Transition.next(fn.apply(values))));
  }

  /// Code that notes each execution before anything else.
  ///
  /// @param node the code
  /// @param <C> the type of the context
  /// @param <I> the type of the input
  /// @param <O> the type of the outputs
  /// @return the noting code
  public <C, I, O> Node<C, I, O> noting(Node<C, I, O> node) {
    return (ctx, input) -> {
      executed(ctx);
      return node.process(ctx, input);
    };
  }
}
