package dev.treadle.executor;

import dev.treadle.GateResult;
import dev.treadle.RetryPolicy;
import dev.treadle.Signal;
import dev.treadle.Step;
import dev.treadle.StepContext;
import dev.treadle.Transition;
import dev.treadle.TypeRef;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Steps that do something different for each input, and the same for the same input.
final class RandomSteps {
  private final RandomTrace trace;

  RandomSteps(RandomTrace trace) {
    this.trace = trace;
  }

  /// How a step is inclined. Chances are in percent.
  ///
  /// @param seed tells steps apart
  /// @param spread how many outputs there are at most; 1 for always one
  /// @param hold how often it holds
  /// @param abort how often it aborts
  /// @param fail how often the first attempts fail
  /// @param attempts how many attempts its retry policy allows; 1 for no policy
  /// @param change how often it changes the context
  /// @param delay how often it gives its one output out later
  /// @param backoff how long it waits between attempts, in milliseconds
  /// @param timed whether its attempts have a time limit, far off
  record Temper(
      long seed,
      int spread,
      int hold,
      int abort,
      int fail,
      int attempts,
      int change,
      int delay,
      int backoff,
      boolean timed) {}

  Step<RandomTally, RandomToken, RandomToken> step(String name, Temper temper) {
    return inTime(
        Step.in(RandomTally.class)
            .of(
                name,
                RandomToken.class,
                RandomToken.class,
                (ctx, token) -> act(temper, ctx, token.value(), token.fuel())),
        temper);
  }

  /// A step that decides in the commit section.
  Step<RandomTally, RandomToken, RandomToken> gate(String name, Temper temper) {
    return Step.in(RandomTally.class)
        .gate(
            name,
            RandomToken.class,
            RandomToken.class,
            (state, token) -> {
              long hash = mix(temper.seed, token.value());
              if (chance(hash, 1, temper.fail)) {
                throw new IllegalArgumentException("the gate was to fail");
              }
              var answer = answer(temper, hash, token.fuel());
              boolean changes =
                  !(answer instanceof Transition.Abort) && chance(hash, 7, temper.change);
              var after =
                  changes ? trace.changed(state.plus(new RandomTally(mix(hash, 8), 1))) : state;
              return new GateResult<>(after, answer);
            });
  }

  /// A step that waits for a signal, under a key that its input gives.
  ///
  /// @param keys how many keys there are
  Step<RandomTally, RandomToken, RandomToken> await(
      String name, String signal, int keys, Temper temper) {
    return forTallies(
        retrying(
            Step.await(
                name,
                RandomToken.class,
                RandomToken.class,
                Signal.of(signal, RandomToken.class),
                token -> "key" + pick(mix(temper.seed, token.value()), 12, keys),
                (token, sent) -> {
                  long hash = mix(mix(temper.seed, token.value()), sent.value());
                  if (chance(hash, 1, temper.fail)) {
                    throw new IllegalArgumentException("what was sent was to fail");
                  }
                  return new RandomToken(hash, token.fuel() - 1);
                }),
            temper));
  }

  @SuppressWarnings("unchecked") // a step that uses no context serves any
  private static Step<RandomTally, RandomToken, RandomToken> forTallies(
      Step<?, RandomToken, RandomToken> step) {
    return (Step<RandomTally, RandomToken, RandomToken>) step;
  }

  /// A step that takes a list, for a join or its fallback.
  Step<RandomTally, List<RandomToken>, RandomToken> join(String name, Temper temper) {
    return inTime(
        Step.in(RandomTally.class)
            .types(TypeRef.listOf(RandomToken.class), TypeRef.of(RandomToken.class))
            .of(
                name,
                (ctx, tokens) -> {
                  trace.gathered(name, tokens);
                  long value = 17;
                  int fuel = 0;
                  for (var token : tokens) {
                    value = mix(value, token.value());
                    fuel = Math.max(fuel, token.fuel());
                  }
                  return act(temper, ctx, value, fuel);
                }),
        temper);
  }

  /// Whether an arm of a branch takes a token.
  static boolean takes(long seed, RandomToken token, boolean needsFuel) {
    return (!needsFuel || token.fuel() > 0) && (mix(seed, token.value()) & 1) == 0;
  }

  static long mix(long a, long b) {
    long z = (a ^ Long.rotateLeft(b, 29)) * 0x9E3779B97F4A7C15L + b;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  private Transition<RandomToken> act(
      Temper temper, StepContext<RandomTally> ctx, long value, int fuel)
      throws InterruptedException {
    trace.executes(ctx);
    var failure = ctx.failure();
    long why = failure.isPresent() ? failure.get().step().hashCode() + failure.get().attempt() : 0;
    long hash = mix(mix(temper.seed, value), why);
    change(temper, ctx, hash);
    if (chance(hash, 1, temper.fail) && ctx.attempt() <= 1 + pick(hash, 2, 3)) {
      throw new IllegalArgumentException("attempt " + ctx.attempt() + " was to fail");
    }
    return answer(temper, hash, fuel);
  }

  private static Transition<RandomToken> answer(Temper temper, long hash, int fuel) {
    if (chance(hash, 3, temper.abort)) {
      return Transition.abort("was to abort");
    }
    if (chance(hash, 4, temper.hold)) {
      return Transition.hold();
    }
    if (chance(hash, 10, temper.delay)) {
      var delay = Duration.ofMillis(1 + pick(hash, 11, 4));
      return Transition.after(delay, new RandomToken(mix(hash, 0), fuel - 1));
    }
    return outputs(temper, hash, fuel);
  }

  private static Transition<RandomToken> outputs(Temper temper, long hash, int fuel) {
    int count = temper.spread == 1 ? 1 : pick(hash, 5, temper.spread + 1);
    if (fuel <= 0) {
      count = Math.min(count, 1);
    }
    var all = new ArrayList<RandomToken>(count);
    for (int i = 0; i < count; i++) {
      all.add(new RandomToken(mix(hash, i), fuel - 1));
    }
    return count == 1 && chance(hash, 6, 70)
        ? Transition.next(all.getFirst())
        : Transition.nextAll(all);
  }

  private void change(Temper temper, StepContext<RandomTally> ctx, long hash) {
    if (!chance(hash, 7, temper.change)) {
      return;
    }
    var delta = new RandomTally(mix(hash, 8), 1);
    int way = pick(hash, 9, 4);
    if (way != 0) {
      ctx.merge(delta);
    }
    if (way != 1) {
      ctx.update(before -> trace.changed(before.plus(delta)));
    }
  }

  private static <I> Step<RandomTally, I, RandomToken> inTime(
      Step<RandomTally, I, RandomToken> step, Temper temper) {
    return retrying(temper.timed ? step.timeout(Duration.ofHours(1)) : step, temper);
  }

  private static <C, I> Step<C, I, RandomToken> retrying(
      Step<C, I, RandomToken> step, Temper temper) {
    return temper.attempts == 1
        ? step
        : step.retry(
            RetryPolicy.fixed(Duration.ofMillis(temper.backoff)).maxAttempts(temper.attempts));
  }

  private static boolean chance(long hash, int question, int percent) {
    return pick(hash, question, 100) < percent;
  }

  private static int pick(long hash, int question, int bound) {
    return (int) Long.remainderUnsigned(mix(hash, question), bound);
  }
}
