package dev.treadle.executor;

import dev.treadle.Done;
import dev.treadle.RetryPolicy;
import dev.treadle.RunId;
import dev.treadle.Step;
import dev.treadle.Workflow;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/// A workflow that books a flight, a hotel and a car, each with an undo, and then fails, for tests
/// of compensation. Safe for use by many threads.
final class Trips {
  static final RunId ID = Flows.ID;

  /// What was done, in order: `book car 3`, `undo car 3`.
  final List<String> log = Collections.synchronizedList(new ArrayList<>());

  /// The keys that the steps saw, in order.
  final List<String> keys = Collections.synchronizedList(new ArrayList<>());

  /// What the undos got, in order.
  final List<Done<Integer, String>> done = Collections.synchronizedList(new ArrayList<>());

  /// The undos that fail.
  final Set<String> brokenUndos = ConcurrentHashMap.newKeySet();

  final AtomicBoolean broken = new AtomicBoolean(true);

  private RetryPolicy retry = RetryPolicy.fixed(Duration.ofHours(1)).maxAttempts(1);

  Trips retrying(RetryPolicy policy) {
    retry = policy;
    return this;
  }

  Step<Object, Integer, String> book(String what) {
    return Step.of(
        what,
        Integer.class,
        String.class,
        (ctx, trip) -> {
          log.add("book " + what + " " + trip);
          keys.add(ctx.idempotencyKey());
          return dev.treadle.Transition.next(what + " of " + trip);
        });
  }

  Step<Object, Done<Integer, String>, Void> undo(Step<?, Integer, String> step) {
    return Step.undo("undo-" + step.name(), step, (Done<Integer, String> it) -> undo(step, it))
        .retry(retry);
  }

  private void undo(Step<?, Integer, String> step, Done<Integer, String> it) throws IOException {
    log.add("undo " + step.name() + " " + it.input());
    if (brokenUndos.contains(step.name())) {
      throw new IOException("no undo of " + step.name());
    }
    done.add(it);
  }

  Step<Object, String, Integer> again(String name) {
    return Step.map(name, String.class, Integer.class, text -> text.length());
  }

  /// Book a flight, a hotel and a car, then pay, which fails while broken.
  Workflow<Object, Integer, String> workflow() {
    var flight = book("flight");
    var one = again("one");
    var hotel = book("hotel");
    var two = again("two");
    var car = book("car");
    var pay =
        Step.map(
            "pay",
            String.class,
            String.class,
            text -> {
              if (broken.get()) {
                throw new IOException("no money");
              }
              return text + ", paid";
            });
    return Workflow.builder("trip")
        .start(flight)
        .then(one)
        .then(hotel)
        .then(two)
        .then(car)
        .then(pay)
        .compensate(flight, undo(flight))
        .compensate(hotel, undo(hotel))
        .compensate(car, undo(car))
        .end(pay)
        .build();
  }

  List<String> undone() {
    return log.stream().filter(line -> line.startsWith("undo")).toList();
  }
}
