package dev.treadle.executor;

import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;
import org.slf4j.helpers.NOPMDCAdapter;
import org.slf4j.spi.MDCAdapter;

/// Writes into SLF4J's mapped diagnostic context which run, workflow and step a thread is busy
/// with, so that what a step's code logs carries it. Does nothing where the logger has no such
/// context. Safe for use by many threads.
final class Mdc {
  static final String RUN = "treadle.run";
  static final String WORKFLOW = "treadle.workflow";
  static final String STEP = "treadle.step";

  /// Null where nothing is to be written.
  private final @Nullable MDCAdapter context;

  /// Whether each step is wanted, also in the hot loop of a linear transient run.
  final boolean everyStep;

  private Mdc(@Nullable MDCAdapter context, boolean everyStep) {
    this.context = context;
    this.everyStep = everyStep;
  }

  /// As an executor was told.
  ///
  /// @param wanted whether the context is wanted: true also costs a linear transient run its hot
  ///   loop; null for where it costs little
  static Mdc of(@Nullable Boolean wanted) {
    return of(MDC.getMDCAdapter(), wanted);
  }

  static Mdc of(@Nullable MDCAdapter adapter, @Nullable Boolean wanted) {
    boolean off =
        adapter == null || adapter instanceof NOPMDCAdapter || Boolean.FALSE.equals(wanted);
    return off ? new Mdc(null, false) : new Mdc(adapter, Boolean.TRUE.equals(wanted));
  }

  /// What a thread had in its context before.
  record Scope(@Nullable String run, @Nullable String workflow, @Nullable String step) {}

  /// The calling thread begins to work for a run.
  ///
  /// @return what [#leave] needs, or null if there is nothing to do
  @Nullable Scope enter(String run, String workflow) {
    if (context == null) {
      return null;
    }
    var before = new Scope(context.get(RUN), context.get(WORKFLOW), context.get(STEP));
    context.put(RUN, run);
    context.put(WORKFLOW, workflow);
    context.remove(STEP);
    return before;
  }

  /// The calling thread has done what it entered for.
  void leave(@Nullable Scope before) {
    if (before != null) {
      put(RUN, before.run());
      put(WORKFLOW, before.workflow());
      put(STEP, before.step());
    }
  }

  /// The calling thread begins to execute a step, or, with null, has ended.
  void step(@Nullable String name) {
    put(STEP, name);
  }

  private void put(String key, @Nullable String value) {
    if (context == null) {
      return;
    }
    if (value == null) {
      context.remove(key);
    } else {
      context.put(key, value);
    }
  }

  /// Threads that have the context of the calling thread.
  ThreadFactory carriedBy(ThreadFactory threads) {
    var to = context;
    if (to == null) {
      return threads;
    }
    var map = to.getCopyOfContextMap();
    if (map == null) {
      return threads;
    }
    return work ->
        threads.newThread(() -> {
          to.setContextMap(map);
          work.run();
        });
  }
}
