package dev.treadle.executor;

import dev.treadle.RunId;
import dev.treadle.Signal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// The signals to one run, sent up to somewhere.
final class RandomOutgoing {
  /// Signals come between the times at which other things happen.
  private static final Duration HALF = Duration.ofNanos(500_000);

  private final List<RandomSending> sendings;
  private final long begin;
  private final List<SignalAnswer> answers = new ArrayList<>();
  private int next;
  private boolean sending;

  /// @param begin when the run starts, in milliseconds of the Unix epoch
  RandomOutgoing(List<RandomSending> sendings, long begin) {
    this.sendings = sendings;
    this.begin = begin;
  }

  boolean hasNext() {
    return next < sendings.size();
  }

  Instant time() {
    return Instant.ofEpochMilli(begin + sendings.get(next).at()).plus(HALF);
  }

  void send(WorkflowExecutor executor, RunId run) {
    var it = sendings.get(next);
    sending = true;
    var signal = Signal.of(it.signal(), RandomToken.class);
    answers.add(executor.signal(run, signal, it.key(), it.value()));
    sending = false;
    next++;
  }

  /// The process has died. The signal that was being sent is sent again, if it is not stored.
  void died(Predicate<RandomToken> isStored) {
    if (sending && isStored.test(sendings.get(next).value())) {
      next++;
    }
    sending = false;
  }

  /// What the run has answered.
  List<SignalAnswer> answers() {
    return List.copyOf(answers);
  }
}
