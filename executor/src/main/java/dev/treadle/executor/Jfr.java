package dev.treadle.executor;

import dev.treadle.RunId;
import dev.treadle.executor.spi.RunHeader;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;
import jdk.jfr.Timestamp;
import org.jspecify.annotations.Nullable;

/// The events of the Flight Recorder. They cost next to nothing while nobody records them.
///
/// `dev.treadle.Step` is off unless a recording asks for it, since a transient run can't keep its
/// hot loop while each step is recorded.
final class Jfr {
  /// Whether the runtime has a Flight Recorder; one that was made small by `jlink` may have none.
  static final boolean PRESENT = ModuleLayer.boot().findModule("jdk.jfr").isPresent();

  private static final String CATEGORY = "Treadle";

  private Jfr() {}

  /// Whether somebody records each step.
  static boolean recordsSteps() {
    return PRESENT && Step.PROBE.isEnabled();
  }

  /// A failed attempt will be followed by another.
  ///
  /// @param due when, in milliseconds of the Unix epoch, or 0 for at once
  static void retry(
      RunId run, String workflow, Item item, int nextAttempt, long due, String error) {
    var event = new Retry();
    if (event.isEnabled()) {
      event.runId = run.value();
      event.workflow = workflow;
      event.step = item.step.name;
      event.sequence = item.sequence;
      event.nextAttempt = nextAttempt;
      event.due = due;
      event.error = error;
      event.commit();
    }
  }

  /// A run begins to be driven; null if nobody records that.
  static @Nullable Run run() {
    if (!Run.PROBE.isEnabled()) {
      return null;
    }
    var event = new Run();
    event.begin();
    return event;
  }

  /// A commit begins its way to the disk; null if nobody records that.
  static @Nullable Commit commit(RunId run, String workflow, long sequence) {
    var event = new Commit();
    if (!event.isEnabled()) {
      return null;
    }
    event.runId = run.value();
    event.workflow = workflow;
    event.sequence = sequence;
    event.begin();
    return event;
  }

  /// What became of a stored run at a recovery.
  static void recovery(RunHeader run, Class<?> answer) {
    var event = new Recovery();
    if (event.isEnabled()) {
      event.runId = run.id().value();
      event.workflow = run.workflow();
      event.status = run.status().name();
      event.answer = answer.getSimpleName();
      event.commit();
    }
  }

  /// What the events of runs share.
  abstract static class OfRun extends Event {
    @Label("Run Id")
    String runId = "";

    @Label("Workflow")
    String workflow = "";
  }

  /// A run, from when it is driven here until it ends or the executor lets go of it.
  @Name("dev.treadle.Run")
  @Label("Run")
  @Category(CATEGORY)
  @Description("A run, while this executor drove it")
  @StackTrace(false)
  static final class Run extends OfRun {
    private static final Run PROBE = new Run();

    @Label("Begin")
    @Description("STARTED, RECOVERED or RESUMED")
    String begin = "";

    @Label("End")
    @Description("The status in which it ended, or LET_GO")
    String end = "";
  }

  /// The execution of one item.
  @Name("dev.treadle.Step")
  @Label("Step")
  @Category(CATEGORY)
  @Description("One attempt at a step's code")
  @Enabled(false)
  @StackTrace(false)
  static final class Step extends OfRun {
    private static final Step PROBE = new Step();

    @Label("Step")
    String step = "";

    @Label("Item")
    long sequence;

    @Label("Attempt")
    int attempt;

    @Label("Outcome")
    @Description("What came of it, or CUT")
    String outcome = "";
  }

  /// A commit of a run on its way to the disk.
  @Name("dev.treadle.Commit")
  @Label("Commit")
  @Category(CATEGORY)
  @Description("How long one commit of a durable run took until it was on disk")
  @Threshold("10 ms")
  @StackTrace(false)
  static final class Commit extends OfRun {
    @Label("Sequence")
    long sequence;
  }

  /// One call of the store.
  @Name("dev.treadle.Append")
  @Label("Append")
  @Category(CATEGORY)
  @Description("One batch of commits, written and synced in one call of the store")
  @Threshold("10 ms")
  @StackTrace(false)
  static final class Append extends Event {
    @Label("Location")
    String location = "";

    @Label("Commits")
    int commits;

    @Label("Refused Commits")
    int refused;
  }

  /// A failed attempt that will be followed by another.
  @Name("dev.treadle.Retry")
  @Label("Retry")
  @Category(CATEGORY)
  @Description("A failed attempt that will be followed by another")
  @StackTrace(false)
  static final class Retry extends OfRun {
    @Label("Step")
    String step = "";

    @Label("Item")
    long sequence;

    @Label("Next Attempt")
    int nextAttempt;

    @Label("Due")
    @Timestamp(Timestamp.MILLISECONDS_SINCE_EPOCH)
    long due;

    @Label("Error")
    @Description("The exception's class")
    String error = "";
  }

  /// What became of a stored run at a recovery.
  @Name("dev.treadle.Recovery")
  @Label("Recovery")
  @Category(CATEGORY)
  @Description("One unfinished stored run at a recovery")
  @StackTrace(false)
  static final class Recovery extends OfRun {
    @Label("Status")
    @Description("The status in which it was stored")
    String status = "";

    @Label("Answer")
    @Description("What recover() said of it: Resumed, DoesNotFit, UnknownWorkflow, Quarantined")
    String answer = "";
  }
}
