package dev.treadle.executor;

import dev.treadle.StepFailure;
import dev.treadle.executor.spi.RunHeader;
import dev.treadle.executor.spi.StepCommit;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Turns the events of one durable run into commits and hands them over. Confined to the run's
/// commit section, except where a method says otherwise.
final class RunWriter {
  /// Above this size, writing the context whole at each change is worth a warning; the design's
  /// figure.
  private static final int LARGE_CONTEXT_BYTES = 64 << 10;

  /// Deltas are folded into the context when together they are larger than it, but not below this
  /// size.
  private static final int MIN_FOLD_BYTES = 4 << 10;

  private static final org.slf4j.Logger LOG = org.slf4j.LoggerFactory.getLogger(RunWriter.class);

  private final GroupCommitter committer;
  private final EntryCodec codec;
  private final Plan plan;
  private final PlanPayloads payloads;
  private final RunIdentity run;
  private final TimeSource time;

  /// How many commits the run has, those on their way included.
  private long sequence;

  private List<Long> deltaIds = new ArrayList<>(0);
  private long deltaBytes;
  private long contextBytes;
  private boolean warned;

  RunWriter(
      GroupCommitter committer,
      EntryCodec codec,
      Plan plan,
      PlanPayloads payloads,
      RunIdentity run,
      TimeSource time) {
    this.committer = committer;
    this.codec = codec;
    this.plan = plan;
    this.payloads = payloads;
    this.run = run;
    this.time = time;
  }

  /// Takes over what a loaded run has.
  void restore(long commits, List<Long> deltas, long bytesOfDeltas, long bytesOfContext) {
    sequence = commits;
    deltaIds = new ArrayList<>(deltas);
    deltaBytes = bytesOfDeltas;
    contextBytes = bytesOfContext;
  }

  GroupCommitter committer() {
    return committer;
  }

  CommitBuilder begin(RunState state) {
    return new CommitBuilder(codec, state.nextId);
  }

  /// The first commit of a run.
  void start(CommitBuilder out, byte[] input, byte @Nullable [] context) {
    out.input(input);
    if (context != null) {
      out.context(context);
      contextBytes = context.length;
    }
  }

  /// A change of the context, encoded before anything else of the commit takes effect.
  ///
  /// @param whole the new context, or null if only deltas are written
  /// @param deltas the deltas in order; none if the context is written whole
  @SuppressWarnings("ArrayRecordComponent") // moved, never compared
  record ContextWrite(byte @Nullable [] whole, List<byte[]> deltas) {}

  /// Encodes a change of the context.
  ///
  /// @throws StepDefect if it can't be stored
  ContextWrite encode(PlanStep step, Object after, List<ContextChange> changes) throws StepDefect {
    var deltas = new ArrayList<byte[]>(changes.size());
    long bytes = deltaBytes;
    boolean whole = false;
    for (var change : changes) {
      if (change instanceof ContextChange.Delta(var delta)) {
        var payload = StepDefect.guard(() -> write(step, delta));
        deltas.add(payload);
        bytes += payload.length;
      } else {
        whole = true;
      }
    }
    if (!whole && bytes <= Math.max(contextBytes, MIN_FOLD_BYTES)) {
      return new ContextWrite(null, deltas);
    }
    var payload = StepDefect.guard(() -> write(step, after));
    if (whole && payload.length >= LARGE_CONTEXT_BYTES && !warned) {
      warned = true;
      LOG.warn(
          "run {}: step {} writes a context of {} bytes whole at each update; merge(…) stores only"
              + " deltas",
          run.id(),
          step.name,
          payload.length);
    }
    return new ContextWrite(payload, List.of());
  }

  /// Adds an encoded change of the context to a commit.
  void write(ContextWrite change, RunState state, CommitBuilder out) {
    var whole = change.whole();
    if (whole != null) {
      deltaIds.forEach(id -> out.remove(id, id));
      deltaIds.clear();
      deltaBytes = 0;
      contextBytes = whole.length;
      out.context(whole);
    }
    for (var delta : change.deltas()) {
      long id = state.nextId++;
      deltaIds.add(id);
      deltaBytes += delta.length;
      out.delta(id, delta);
    }
  }

  /// Hands a commit over; the order of calls is the order of commits.
  Pending submit(CommitBuilder out, RunState state) {
    return committer.submit(commit(out, state), out.firstNewId);
  }

  /// The next commit, as it is stored.
  StepCommit commit(CommitBuilder out, RunState state) {
    out.removeDropped(state.closing().takeGarbage());
    state.waits.markEnded(out);
    if (state.status().isFinal()) {
      var kept = new ArrayList<Long>(state.outputs().size() + deltaIds.size());
      state.outputs().forEach(output -> kept.add(output.id()));
      kept.addAll(deltaIds);
      kept.sort(null);
      out.clear(kept, state.nextId);
    }
    sequence++;
    return out.build(header(state));
  }

  /// Makes an event durable, and gives the run's lock up meanwhile.
  ///
  /// @return the number of its commit
  /// @throws RunConflictException if somebody else has changed the run
  long store(CommitBuilder out, RunState state, ReentrantLock lock, RunWatch watch) {
    var pending = submit(out, state);
    long number = watch.seal(sequence, state);
    lock.unlock();
    boolean accepted;
    try {
      accepted = pending.await();
    } finally {
      lock.lock();
    }
    if (!accepted) {
      throw new RunConflictException(
          run.id(), "somebody else has changed the stored run; this executor lets go of it");
    }
    return number;
  }

  private RunHeader header(RunState state) {
    var due = run.due(state.queue.firstDue(), !state.isOver() && !state.isEnding());
    var failure = state.failure();
    var missed = state.missedDeadline();
    return new RunHeader(
        run.id(),
        plan.workflow.name(),
        state.status(),
        missed == null ? reason(state, failure) : "the run was not done by its deadline, " + missed,
        sequence,
        state.nextId,
        run.createdAt(),
        time.now().truncatedTo(ChronoUnit.MILLIS),
        due,
        run.labels(),
        codec.notes(RunNotes.of(run, plan, state)));
  }

  private static String reason(RunState state, @Nullable StepFailure failure) {
    var poison = state.results.poison;
    return switch (state.status()) {
      case QUARANTINED -> poison == null ? "" : poison + " was in flight at three unclean deaths";
      case FAILING, FAILED ->
          failure == null
              ? ""
              : "step \""
                  + failure.step()
                  + "\" failed at attempt "
                  + failure.attempt()
                  + ": "
                  + failure.type();
      case STALLED -> "all branches held and there is no output";
      default -> "";
    };
  }

  private byte[] write(PlanStep step, Object context) {
    return payloads.contexts().write("the context after step \"" + step.name + '"', context);
  }
}
