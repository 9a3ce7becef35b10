package dev.treadle;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

final class StepImpl<C, I, O> implements Step<C, I, O> {
  private static final Duration LONGEST = Duration.ofDays(3650);

  private final String name;
  private final TypeRef<I> input;
  private final TypeRef<O> output;
  private final StepBody<C, I, O> body;
  private final StepPolicies policies;
  private final Step<?, I, O> original;

  StepImpl(
      String name,
      TypeRef<I> input,
      TypeRef<O> output,
      StepBody<C, I, O> body,
      StepPolicies policies) {
    this(name, input, output, body, policies, null);
  }

  private StepImpl(
      String name,
      TypeRef<I> input,
      TypeRef<O> output,
      StepBody<C, I, O> body,
      StepPolicies policies,
      @Nullable Step<?, I, O> original) {
    this.name = Names.checked("step", name);
    this.input = input;
    this.output = output;
    this.body = body;
    this.policies = policies;
    this.original = original == null ? this : original;
  }

  static <In, Out> StepTypes<In, Out> types(String name, Class<In> input, Class<Out> output) {
    Names.checked("step", name);
    if (Transition.class.isAssignableFrom(output)) {
      throw new IllegalArgumentException(
          "step \"%s\": the output class is that of what goes on, not a Transition of it"
              .formatted(name));
    }
    return new StepTypes<>(
        TypeRef.of(plain(name, "input", input)), TypeRef.of(plain(name, "output", output)));
  }

  static <In> TypeRef<In> typed(String name, Class<In> input) {
    return TypeRef.of(plain(Names.checked("step", name), "input", input));
  }

  static <Ctx, In, Out> Step<Ctx, List<In>, List<Out>> batch(Step<Ctx, In, Out> step, int atOnce) {
    return switch (step.body()) {
      case StepBody.Code<Ctx, In, Out> code ->
          new StepImpl<>(
              step.name(),
              TypeRef.listOf(step.inputType()),
              TypeRef.listOf(step.outputType()),
              new StepBody.Batch<>(code.node(), atOnce),
              StepPolicies.of(step));
      case StepBody.Gate<Ctx, In, Out> _ ->
          throw new IllegalArgumentException(
              "step \"%s\" is a gate, which decides on one item at a time; it can't be a batch"
                  .formatted(step.name()));
      case StepBody.Inlined<Ctx, In, Out> _ ->
          throw new IllegalArgumentException(
              "step \"%s\" is an inlined workflow; it can't be a batch, fork before it instead"
                  .formatted(step.name()));
      case StepBody.Await<Ctx, In, ?, Out> _ ->
          throw new IllegalArgumentException(
              "step \"%s\" awaits one signal; it can't be a batch, split the list instead"
                  .formatted(step.name()));
      case StepBody.AwaitRun<Ctx, In, ?, Out> _ ->
          throw new IllegalArgumentException(
              "step \"%s\" awaits one run; it can't be a batch, split the list instead"
                  .formatted(step.name()));
      case StepBody.Batch<Ctx, In, Out> _ ->
          throw new IllegalArgumentException(
              "step \"%s\" is a batch already; a batch of lists is not".formatted(step.name())
                  + " supported, split the outer list instead");
    };
  }

  static <Ctx, In, Out> Step<Ctx, In, Out> inlined(
      String name, StepBody.Inlined<Ctx, In, Out> body) {
    Names.checked("step", name);
    var other = body.workflow();
    var output =
        other
            .outputType()
            .orElseThrow(() ->
                new IllegalArgumentException(
                    ("step \"%s\" can't inline workflow \"%s\", whose outputs are of no one type:"
                            + " it needs an end, and returns(type) before ends of several types")
                        .formatted(name, other.name())));
    return new StepImpl<>(name, other.inputType(), output, body, StepPolicies.NONE);
  }

  static <In, Out> Node<Object, In, Out> mapping(String name, Fn<? super In, ? extends Out> fn) {
    Objects.requireNonNull(fn, "fn");
    return (ctx, in) -> {
      Out out = fn.apply(in);
      if (out == null) {
        throw new NullPointerException("step \"%s\" answered null".formatted(name));
      }
      return new Transition.Next<>(out);
    };
  }

  static <In, Out> Node<Object, In, Out> splitting(
      String name, Fn<? super In, ? extends List<? extends Out>> fn) {
    Objects.requireNonNull(fn, "fn");
    return (ctx, in) -> {
      List<? extends Out> outs = fn.apply(in);
      if (outs == null || outs.stream().anyMatch(Objects::isNull)) {
        throw new NullPointerException(
            "step \"%s\" answered %s".formatted(name, outs == null ? "null" : "a list with null"));
      }
      return Transition.nextAll(outs);
    };
  }

  private static <T> Class<T> plain(String name, String role, Class<T> type) {
    var fault = Types.faultOf(type);
    if (fault != null) {
      throw new IllegalArgumentException(
          "step \"%s\", %s type: %s%s"
              .formatted(
                  name,
                  role,
                  fault,
                  type.isPrimitive() ? "" : ", and make the step with Step.types(input, output)"));
    }
    return type;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public TypeRef<I> inputType() {
    return input;
  }

  @Override
  public TypeRef<O> outputType() {
    return output;
  }

  @Override
  public Step<?, I, O> original() {
    return original;
  }

  @Override
  public Optional<RetryPolicy> retryPolicy() {
    return policies.retry();
  }

  @Override
  public OptionalInt concurrencyLimit() {
    return policies.concurrency();
  }

  @Override
  public Optional<Duration> timeout() {
    return policies.timeout();
  }

  @Override
  public StepBody<C, I, O> body() {
    return body;
  }

  @Override
  public Step<C, I, O> retry(RetryPolicy policy) {
    Objects.requireNonNull(policy, "policy");
    unset("retry", policies.retry());
    return with(policies.withRetry(policy));
  }

  @Override
  public Step<C, I, O> concurrency(int atOnce) {
    if (atOnce < 1) {
      throw new IllegalArgumentException(
          "step \"%s\": the concurrency must be 1 or more, was %d".formatted(name, atOnce));
    }
    if (body instanceof StepBody.Gate<C, I, O>) {
      throw new IllegalArgumentException(
          "step \"%s\" is a gate, which decides on one item at a time; limit the step before it"
              .formatted(name));
    }
    if (body instanceof StepBody.Await<C, I, ?, O>) {
      throw new IllegalArgumentException(
          "step \"%s\" awaits a signal, and waiting takes no place; limit the step after it"
              .formatted(name));
    }
    if (policies.concurrency().isPresent()) {
      throw new IllegalStateException(
          "step \"%s\": concurrency was already set, to %d"
              .formatted(name, policies.concurrency().getAsInt()));
    }
    return with(policies.withConcurrency(atOnce));
  }

  @Override
  public Step<C, I, O> timeout(Duration limit) {
    unset("timeout", policies.timeout());
    if (body instanceof StepBody.Gate) {
      throw new IllegalStateException(
          "step \"%s\" is a gate, which decides inside the commit section; it takes no timeout"
              .formatted(name));
    }
    if (body instanceof StepBody.Await) {
      throw new IllegalStateException(
          "step \"%s\" awaits a signal; give the wait an end by onDeadline of the builder"
              .formatted(name));
    }
    if (!limit.isPositive() || limit.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "step \"%s\": the timeout must be more than zero and at most %d days, was %s"
              .formatted(name, LONGEST.toDays(), limit));
    }
    return with(policies.withTimeout(limit));
  }

  /// This step in another place, of another name.
  Step<Object, I, O> placed(String other, StepBody<Object, I, O> code) {
    return new StepImpl<>(other, input, output, code, policies, original);
  }

  private Step<C, I, O> with(StepPolicies others) {
    if (body instanceof StepBody.Inlined<C, I, O>(var other, _)) {
      throw new IllegalStateException(
          "step \"%s\" inlines workflow \"%s\": set the policy on the steps in it"
              .formatted(name, other.name()));
    }
    return new StepImpl<>(name, input, output, body, others);
  }

  private void unset(String policy, Optional<?> value) {
    if (value.isPresent()) {
      throw new IllegalStateException(
          "step \"%s\": %s was already set, to %s".formatted(name, policy, value.get()));
    }
  }

  @Override
  public String toString() {
    return "Step[%s: %s -> %s]".formatted(name, input, output);
  }
}
