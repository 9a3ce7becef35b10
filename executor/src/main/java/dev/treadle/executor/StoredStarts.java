package dev.treadle.executor;

import dev.treadle.RunId;
import dev.treadle.executor.ExecutorImpl.Beginning;
import dev.treadle.executor.ExecutorImpl.Begun;
import dev.treadle.executor.spi.RunHeader;
import dev.treadle.executor.spi.StepCommit;
import java.util.List;
import java.util.Optional;

/// Begins durable runs. Whoever begins one of a chosen id holds the lock of that id. Safe for use
/// by many threads.
final class StoredStarts {
  private final ExecutorImpl executor;
  private final GroupCommitter committer;
  private final PayloadCodec payloads;

  StoredStarts(ExecutorImpl executor, GroupCommitter committer, PayloadCodec payloads) {
    this.executor = executor;
    this.committer = committer;
    this.payloads = payloads;
  }

  /// A run whose first commit is yet to be written.
  record First(LiveRun run, RunState state, RunWriter writer, CommitBuilder out) {
    /// The first commit; to be called once.
    StepCommit commit() {
      return writer.commit(out, state);
    }

    List<Item> released() {
      return out.released();
    }
  }

  /// The input as it is stored, after a look at whether it reads back.
  static byte[] checkedInput(Plan plan, Object input) {
    var type = plan.start.stored();
    var payload = type.writeInput(input);
    type.readInput(payload);
    return payload;
  }

  /// Makes a run that begins; nothing knows of it yet.
  First first(Beginning begin, Object input, byte[] payload) {
    var plan = begin.plan();
    var state = new RunState(plan, begin.context());
    var writer = writer(plan, begin.run());
    var out = writer.begin(state);
    byte[] context = null;
    if (begin.context() != null) {
      var type = plan.stored().contexts();
      context = type.write("the context to begin with", begin.context());
      type.read("the context to begin with", context);
    }
    writer.start(out, payload, context);
    state.start(input, out);
    return new First(new LiveRun(executor, plan, begin.run(), state, writer), state, writer, out);
  }

  /// Begins a run durably.
  ///
  /// @return empty if there is one of the id
  Optional<Begun> start(Beginning begin, Object input, byte[] payload) {
    var first = first(begin, input, payload);
    var live = first.run();
    var other = executor.live().admit(live);
    if (other != null) {
      return Optional.empty();
    }
    boolean begun = false;
    try {
      begun = first.writer().submit(first.out(), first.state()).await();
    } finally {
      if (!begun) {
        executor.live().remove(live);
      }
    }
    first.state().queue.release(first.released());
    return begun ? Optional.of(new Begun(live, true)) : Optional.empty();
  }

  /// @throws RunConflictException if a stored run has another workflow or another input
  void requireSame(Plan plan, RunHeader header, Object input, byte[] payload) {
    requireWorkflow(plan, header.id(), header.workflow());
    if (!isSame(plan, header.id(), input, payload, RunLoader.input(committer::call, header))) {
      throw new RunConflictException(
          header.id(),
          "exists with another input; choose another id, or resume it by resume(workflow, id)");
    }
  }

  /// @throws RunConflictException if a run is not of the workflow
  static void requireWorkflow(Plan plan, RunId id, String workflow) {
    if (!plan.workflow.name().equals(workflow)) {
      throw new RunConflictException(
          id, "is of workflow \"" + workflow + "\", not of \"" + plan.workflow.name() + '"');
    }
  }

  /// Whether a stored input, of whatever version of the workflow, is the same as a given one.
  private boolean isSame(Plan plan, RunId id, Object input, byte[] payload, byte[] stored) {
    try {
      var first = plan.start.stored();
      var read = first.inputRead(stored);
      var present = read.turned() ? first.writeInput(read.value()) : stored;
      return read.value().equals(input)
          || payloads.sameJson("the input of a stored run", payload, present);
    } catch (PayloadException e) {
      throw new RunMisfitException(id, List.of(String.valueOf(e.getMessage())));
    }
  }

  RunWriter writer(Plan plan, RunIdentity run) {
    return new RunWriter(committer, EntryCodec.SHARED, plan, plan.stored(), run, executor.time());
  }
}
