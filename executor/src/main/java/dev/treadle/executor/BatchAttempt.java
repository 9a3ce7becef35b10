package dev.treadle.executor;

import dev.treadle.Transition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// One attempt of a batch step: its code for each element of a list, some of them side by side on
/// virtual threads. The first element that fails stops the others and fails the attempt.
final class BatchAttempt {
  private final PlanStep step;
  private final List<?> elements;
  private final StepContextImpl ctx;
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  // Each element's thread writes its own places; the owner reads them after joining the threads.
  private final Object[] outputs;
  private final List<List<ContextChange>> changes;

  BatchAttempt(PlanStep step, List<?> elements, StepContextImpl ctx) {
    this.step = step;
    this.elements = elements;
    this.ctx = ctx;
    this.outputs = new Object[elements.size()];
    this.changes = new ArrayList<>(Collections.nCopies(elements.size(), List.of()));
  }

  /// Executes the step's code for all elements and gives their outputs in order.
  ///
  /// @throws InterruptedException if the caller is interrupted; no element runs any more then
  Transition<?> execute(ThreadFactory factory) throws Exception {
    var threads = new Thread[Math.min(step.batch, elements.size())];
    for (int i = 0; i < threads.length; i++) {
      threads[i] = factory.newThread(() -> work(threads));
    }
    for (var thread : threads) {
      thread.start();
    }
    await(threads);
    switch (failure.get()) {
      case null -> {}
      case Exception e -> throw e;
      case Error e -> throw e;
      case Throwable e -> throw new IllegalStateException(e);
    }
    for (var asked : changes) {
      if (!asked.isEmpty()) {
        ctx.addChanges(asked);
      }
    }
    return Transition.next(Collections.unmodifiableList(Arrays.asList(outputs)));
  }

  private void work(Thread[] all) {
    for (int i = next.getAndIncrement(); i < outputs.length; i = next.getAndIncrement()) {
      var one = ctx.forElement(i);
      try {
        outputs[i] = output(i, step.node.process(one, elements.get(i)));
        var asked = one.changes();
        if (asked != null) {
          changes.set(i, asked);
        }
      } catch (Throwable e) { // whatever the code throws is the step's failure
        if (failure.compareAndSet(null, e)) {
          stop(all);
        }
        return;
      } finally {
        one.end();
      }
    }
  }

  private Object output(int index, @Nullable Transition<?> transition) {
    return switch (transition) {
      case Transition.Next<?>(var value) -> value;
      case Transition.Abort<?>(var reason) -> throw new Attempt.Aborted(reason);
      case null, default ->
          throw new IllegalStateException(
              "element "
                  + index
                  + " of batch \""
                  + step.name
                  + "\" answered "
                  + (transition == null ? "null" : transition.getClass().getSimpleName())
                  + "; in a batch each element answers Transition.next(output) or abort(reason)");
    };
  }

  /// Lets no further element begin and interrupts those that run.
  private void stop(Thread[] all) {
    next.set(outputs.length);
    for (var thread : all) {
      if (!thread.equals(Thread.currentThread())) {
        thread.interrupt();
      }
    }
  }

  private void await(Thread[] threads) throws InterruptedException {
    boolean interrupted = false;
    for (var thread : threads) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
          stop(threads);
        }
      }
    }
    if (interrupted) {
      throw new InterruptedException("the batch \"" + step.name + "\" was interrupted");
    }
  }
}
