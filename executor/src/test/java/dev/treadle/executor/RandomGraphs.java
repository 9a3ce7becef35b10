package dev.treadle.executor;

import dev.treadle.JoinPolicy;
import dev.treadle.Lens;
import dev.treadle.Merge;
import dev.treadle.Step;
import dev.treadle.Workflow;
import dev.treadle.executor.RandomWiring.Arm;
import dev.treadle.executor.RandomWiring.End;
import dev.treadle.executor.RandomWiring.Feed;
import dev.treadle.executor.RandomWiring.Target;
import dev.treadle.executor.RandomWiring.To;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// Makes random workflows, the same for the same seed and size, always valid. A graph is made from
/// its end to its start, so that every part knows what comes next and to where its scopes may be
/// left.
final class RandomGraphs {
  /// How many attempts a run may have.
  static final int BOUND = 2_000;

  private final SplittableRandom random;
  private final RandomTrace trace = new RandomTrace();
  private final RandomSteps steps = new RandomSteps(trace);
  private final Merge<RandomTally> merge = RandomTally.merge(trace);
  private RandomWiring wiring = new RandomWiring();
  private final boolean quiet;
  private final boolean holding;
  private final boolean spreading;
  private final boolean unsafe;
  private final boolean slow;
  private final boolean waiting;

  /// Whether attempts may have a time limit.
  private final boolean timely;

  private final boolean closing;
  private final boolean nesting;

  /// Whether something around puts up with failures.
  private boolean lenient;

  /// In how many workflows within the run's own.
  private int nested;

  private int named;

  /// A workflow with an input, and what a run of it must come to.
  record Case(
      Workflow<RandomTally, RandomToken, ?> workflow,
      RandomToken input,
      RandomTrace trace,
      List<RandomSending> signals,
      ModelExpectation expectation) {}

  private RandomGraphs(long seed, boolean signalled) {
    this.random = new SplittableRandom(seed);
    this.quiet = chance(30);
    this.holding = chance(30);
    this.spreading = chance(50);
    this.unsafe = chance(20);
    this.slow = chance(40);
    this.waiting = chance(35) && signalled;
    this.timely = signalled;
    this.closing = chance(40);
    this.nesting = chance(35);
  }

  /// A graph of about so many steps. One whose run would be too long gives way to the next.
  static Case make(long seed, int size) {
    return make(seed, size, true);
  }

  /// As [#make(long, int)], of steps that wait for nobody and have all the time there is: for a
  /// simulation, in which any time may pass while a step runs.
  static Case makeUnsignalled(long seed, int size) {
    return make(seed, size, false);
  }

  private static Case make(long seed, int size, boolean signalled) {
    for (int salt = 0; ; salt++) {
      var graphs = new RandomGraphs(RandomSteps.mix(seed, salt), signalled);
      var made = graphs.make("g" + seed, size, salt);
      try {
        var signals = RandomSendings.of(made.workflow, made.input, BOUND, graphs.random);
        var expectation = ModelExpectation.of(made.workflow, made.input, signals, BOUND);
        return new Case(made.workflow, made.input, made.trace, signals, expectation);
      } catch (ReferencePending.TooLargeException e) {
        size = Math.max(1, size - 2);
      }
    }
  }

  private record Made(
      Workflow<RandomTally, RandomToken, ?> workflow, RandomToken input, RandomTrace trace) {}

  private Made make(String name, int size, int salt) {
    var start = asStep(region(size, new End(), List.of()));
    var input = new RandomToken(random.nextLong(), Math.max(0, random.nextInt(3, 14) - 2 * salt));
    return new Made(wiring.build(name, start, merge), input, trace);
  }

  /// Makes steps that lead to what comes next.
  ///
  /// @param next what comes next; some way leads there
  /// @param exits what comes next after each scope around, the innermost first
  /// @return what leads into them
  private Target region(int size, Target next, List<Target> exits) {
    if (size <= 0) {
      return next;
    }
    if (size == 1) {
      return new To(single(next, exits));
    }
    return switch (random.nextInt(12)) {
      case 0, 1, 2 -> {
        int left = random.nextInt(1, size);
        yield region(left, region(size - left, next, exits), exits);
      }
      case 3 -> broadcast(size, next, exits);
      case 4, 5 -> branch(size, next, exits);
      case 6 -> loop(size, next, exits);
      case 7 -> leak(size, next, exits);
      case 8, 9 -> nesting ? nested(size, next, exits) : fork(size, next, exits);
      default -> fork(size, next, exits);
    };
  }

  private Step<RandomTally, RandomToken, RandomToken> single(Target next, List<Target> exits) {
    if (!quiet && chance(25)) {
      var step = steps.step(name("s"), temper(true, false));
      wiring.way(step, next);
      wiring.rescue(
          step, asStep(chance(70) ? region(chance(50) ? 1 : 0, next, exits) : side(exits)));
      return step;
    }
    if (chance(12)) {
      return gate(next, exits);
    }
    if (waiting && chance(40)) {
      return await(next, exits);
    }
    var step = steps.step(name("s"), temper(false, false));
    wiring.way(step, next);
    return step;
  }

  private Step<RandomTally, RandomToken, RandomToken> gate(Target next, List<Target> exits) {
    boolean fails = !quiet && chance(30);
    var gate = steps.gate(name("g"), temper(fails, false));
    wiring.way(gate, next);
    if (fails) {
      wiring.rescue(gate, asStep(chance(70) ? next : side(exits)));
    }
    return gate;
  }

  private Step<RandomTally, RandomToken, RandomToken> await(Target next, List<Target> exits) {
    boolean fails = !quiet && chance(20);
    var name = name("a");
    var signal = chance(50) ? name : "shared";
    int keys = chance(40) ? random.nextInt(1, 4) : Integer.MAX_VALUE;
    var await = steps.await(name, signal, keys, temper(fails, false));
    wiring.way(await, next);
    if (fails || (keys < 4 && chance(70))) {
      wiring.rescue(await, asStep(chance(70) ? next : side(exits)));
    }
    if (chance(60)) {
      var late = asStep(chance(70) ? region(chance(50) ? 1 : 0, next, exits) : side(exits));
      wiring.late(await, Duration.ofMillis(random.nextInt(1, 5)), late);
    }
    return await;
  }

  /// A workflow of its own, whose first output goes on.
  private Target nested(int size, Target next, List<Target> exits) {
    var outside = wiring;
    boolean wasLenient = lenient;
    boolean rescued = !quiet && chance(50);
    lenient |= rescued;
    nested++;
    wiring = new RandomWiring();
    var start = asStep(region(size - 2, new End(), List.of()));
    var step = inlined(start);
    wiring = outside;
    nested--;
    lenient = wasLenient;
    wiring.way(step, next);
    if (rescued) {
      wiring.rescue(step, asStep(chance(70) ? next : side(exits)));
    }
    return new To(step);
  }

  private Step<RandomTally, RandomToken, RandomToken> inlined(
      Step<RandomTally, RandomToken, RandomToken> start) {
    var name = name("w");
    return switch (random.nextInt(3)) {
      case 0 -> Step.workflow(name, wiring.build(name, start, merge));
      case 1 -> Step.workflow(name, wiring.build(name, start, RandomTally.merge(trace)));
      default ->
          Step.workflow(
              name,
              wiring.build(name, start, RandomTally.merge(trace)),
              Lens.of(RandomTally::mirrored, (_, part) -> trace.changed(part.mirrored())));
    };
  }

  private Target broadcast(int size, Target next, List<Target> exits) {
    var step = steps.step(name("b"), temper(false, false));
    int ways = random.nextInt(2, 4);
    for (int i = 0; i < ways; i++) {
      wiring.way(step, region((size - 1) / ways, next, exits));
    }
    return new To(step);
  }

  private Target branch(int size, Target next, List<Target> exits) {
    var step = steps.step(name("c"), temper(false, false));
    int count = random.nextInt(1, 4);
    var arms = new ArrayList<Arm>();
    for (int i = 0; i < count; i++) {
      var to = chance(20) ? side(exits) : region((size - 1) / (count + 1), next, exits);
      arms.add(new Arm(random.nextLong(), false, asStep(to)));
    }
    boolean first = chance(20);
    if (first) {
      wiring.way(step, chance(50) ? next : side(exits));
    }
    wiring.branch(step, arms, asStep(region((size - 1) / (count + 1), next, exits)));
    if (!first && chance(20)) {
      wiring.way(step, chance(50) ? next : side(exits));
    }
    return new To(step);
  }

  private Target loop(int size, Target next, List<Target> exits) {
    var decides = steps.step(name("d"), temper(false, false));
    var after = asStep(next);
    var body = asStep(region(size - 1, new To(decides), exits));
    wiring.branch(decides, List.of(new Arm(random.nextLong(), true, body)), after);
    return new To(body);
  }

  /// A step that goes on, and leaves by the side as well.
  private Target leak(int size, Target next, List<Target> exits) {
    var step = steps.step(name("l"), temper(false, false));
    if (chance(50)) {
      wiring.way(step, side(exits));
      wiring.way(step, region(size - 1, next, exits));
    } else {
      wiring.way(step, region(size - 1, next, exits));
      wiring.way(step, side(exits));
    }
    return new To(step);
  }

  private Target fork(int size, Target next, List<Target> exits) {
    boolean fails = !quiet && chance(20);
    var fork = steps.step(name("f"), temper(fails, true));
    var join = join(next, exits);
    var feed = new Feed(fork, join);
    var around = new ArrayList<Target>(List.of(next));
    around.addAll(exits);
    int ways = random.nextInt(1, 4);
    boolean wasLenient = lenient;
    if (closing && chance(60)) {
      wiring.policy(
          join, chance(50) ? JoinPolicy.first() : JoinPolicy.tolerating(chance(70) ? 1 : 2));
      lenient |= !quiet;
    }
    for (int i = 0; i < ways; i++) {
      wiring.way(fork, region((size - 2) / ways, feed, around));
    }
    lenient = wasLenient;
    if (chance(15)) {
      var arm = new Arm(random.nextLong(), false, asStep(side(around)));
      wiring.branch(fork, List.of(arm), asStep(feed));
    }
    if (chance(15)) {
      wiring.way(fork, side(around));
    }
    if (fails) {
      wiring.rescue(fork, asStep(region(1, next, exits)));
    }
    return new To(fork);
  }

  private Step<RandomTally, List<RandomToken>, RandomToken> join(Target next, List<Target> exits) {
    boolean fails = !quiet && chance(25);
    var join = steps.join(name("j"), temper(fails, false));
    wiring.way(join, next);
    if (fails) {
      var handler = steps.join(name("h"), temper(false, false));
      wiring.way(handler, chance(70) ? next : side(exits));
      wiring.rescue(join, handler);
    }
    return join;
  }

  /// Something that does not lead to what comes next: out of some scopes, or to an end.
  private Target side(List<Target> exits) {
    if (!exits.isEmpty() && chance(60)) {
      int at = random.nextInt(exits.size());
      return region(random.nextInt(3), exits.get(at), exits.subList(at + 1, exits.size()));
    }
    int kind = random.nextInt(10);
    if (kind < 5) {
      return region(random.nextInt(3), new End(), List.of());
    }
    boolean terminates = (unsafe || nested > 0) && kind > 6;
    var last = steps.step(name(terminates ? "t" : "x"), temper(false, false));
    if (terminates) {
      wiring.terminate(last);
    } else {
      wiring.sink(last);
    }
    return region(random.nextInt(2), new To(last), List.of());
  }

  private Step<RandomTally, RandomToken, RandomToken> asStep(Target target) {
    if (target instanceof To(var step)) {
      return step;
    }
    var passes = steps.step(name("p"), temper(false, false));
    wiring.way(passes, target);
    return passes;
  }

  /// @param fails whether failing for good is foreseen
  /// @param forks whether to give several outputs often
  private RandomSteps.Temper temper(boolean fails, boolean forks) {
    boolean spreads = forks ? chance(70) : spreading && chance(15);
    boolean slips = !fails && !quiet && chance(10);
    boolean doomed = !fails && ((unsafe && chance(4)) || (lenient && chance(60)));
    return new RandomSteps.Temper(
        random.nextLong(),
        spreads ? random.nextInt(2, 5) : 1,
        holding && chance(nested > 0 ? 30 : 15) ? 25 : 0,
        fails ? 10 : doomed ? 15 : 0,
        fails ? 40 : slips ? 30 : doomed ? 15 : 0,
        fails ? random.nextInt(1, 4) : slips ? 4 : 1,
        chance(20) ? 60 : 0,
        slow && chance(25) ? 50 : 0,
        slow && chance(60) ? random.nextInt(1, 4) : 0,
        chance(10) && timely);
  }

  private boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }

  private String name(String kind) {
    return kind + named++;
  }
}
