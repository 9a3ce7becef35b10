package dev.treadle.executor;

import dev.treadle.Workflow;
import dev.treadle.executor.ReferenceModel.Item;
import dev.treadle.executor.ReferenceModel.SignalKey;
import dev.treadle.executor.ReferenceModel.Waits;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// Thinks of signals for a random workflow: some are awaited when they come, some come too early,
/// some too late. Used once.
final class RandomSendings {
  /// How many signals there are at most, apart from those without which the run would stand still.
  private static final int MANY = 10;

  private final Workflow<?, ?, ?> workflow;
  private final Object input;
  private final int bound;
  private final SplittableRandom random;

  private RandomSendings(
      Workflow<?, ?, ?> workflow, Object input, int bound, SplittableRandom random) {
    this.workflow = workflow;
    this.input = input;
    this.bound = bound;
    this.random = random;
  }

  static List<RandomSending> of(
      Workflow<?, ?, ?> workflow, Object input, int bound, SplittableRandom random) {
    var sendings = new RandomSendings(workflow, input, bound, random);
    var first = sendings.asked();
    return first.isEmpty() ? List.of() : sendings.think(first);
  }

  /// What is asked for if every signal comes when nothing else happens.
  private List<SignalKey> asked() {
    var run = new ReferenceInterpreter(workflow, true, bound);
    run.start(input);
    while (!run.isOver()) {
      if (!run.queue.isEmpty()) {
        run.executeNext();
      } else if (run.canWake()) {
        run.wake();
      } else {
        run.send(sending(run, key(run.awaiting().getFirst())));
      }
    }
    return List.copyOf(run.waits.asked);
  }

  private List<RandomSending> think(List<SignalKey> keys) {
    var run = new ReferenceInterpreter(workflow, true, bound);
    var sendings = new ArrayList<RandomSending>();
    run.start(input);
    while (!run.isOver()) {
      if (!run.queue.isEmpty()) {
        run.executeNext();
      } else if (sendings.size() < MANY && random.nextInt(100) < 40) {
        send(run, any(run, keys), sendings);
      } else if (run.canWake()) {
        run.wake();
      } else if (random.nextInt(100) < 8) {
        run.standStill();
      } else {
        send(run, key(run.awaiting().getFirst()), sendings);
      }
    }
    return List.copyOf(sendings);
  }

  private SignalKey any(ReferenceInterpreter run, List<SignalKey> keys) {
    var open = run.awaiting();
    return open.isEmpty() || random.nextInt(100) < 30
        ? keys.get(random.nextInt(keys.size()))
        : key(open.get(random.nextInt(open.size())));
  }

  private void send(ReferenceInterpreter run, SignalKey key, List<RandomSending> sendings) {
    var sending = sending(run, key);
    sendings.add(sending);
    run.send(sending);
  }

  private RandomSending sending(ReferenceInterpreter run, SignalKey key) {
    long last = Math.min(run.nextDue() - 1, run.now + 2);
    long at = last <= run.now ? run.now : run.now + random.nextLong(last - run.now + 1);
    return new RandomSending(at, key.signal(), key.key(), new RandomToken(random.nextLong(), 0));
  }

  private static SignalKey key(Item item) {
    if (item.stage() instanceof Waits(var key)) {
      return key;
    }
    throw new IllegalArgumentException(item.name() + " does not wait");
  }
}
