package dev.treadle.executor;

import dev.treadle.RunId;
import dev.treadle.RunStatus;
import dev.treadle.Signal;
import dev.treadle.TreadleException;
import dev.treadle.WorkItem;
import dev.treadle.Workflow;
import dev.treadle.executor.spi.CheckpointStore;
import dev.treadle.executor.spi.RunHeader;
import dev.treadle.executor.spi.RunQuery;
import dev.treadle.executor.spi.StoreDamagedException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The executor: what all its runs share.
final class ExecutorImpl implements WorkflowExecutor {
  private static final Logger LOG = LoggerFactory.getLogger(ExecutorImpl.class);
  private static final Duration CLOSE_GRACE = Duration.ofSeconds(30);
  private static final Set<RunStatus> UNFINISHED =
      EnumSet.of(
          RunStatus.RUNNING,
          RunStatus.WAITING,
          RunStatus.SUSPENDED,
          RunStatus.FAILING,
          RunStatus.CANCELLING,
          RunStatus.QUARANTINED);

  private final int parallelism;
  private final TimeSource time;
  private final Watch watch;
  private final Threading threading;
  private final Attempt attempt;
  private final @Nullable StoredRuns stored;
  private final LiveRuns live;
  private final StepLimits limits = new StepLimits();
  private final ChildWatches watches = new ChildWatches(this);
  private final Map<String, Plan> plans = new ConcurrentHashMap<>();

  /// Random, so that what it begins is told apart from what other executors begin.
  private final String prefix;

  private final AtomicLong started = new AtomicLong();

  ExecutorImpl(
      @Nullable CheckpointStore store,
      int parallelism,
      @Nullable RunBound bound,
      PayloadLimits payloadLimits,
      TimeSource time,
      Threading threading,
      Watch watch) {
    this.parallelism = parallelism;
    this.time = time;
    this.threading = threading;
    this.live = new LiveRuns(threading.locks().get(), bound);
    this.watch = watch;
    var seed = new byte[12];
    var random = new SecureRandom();
    random.nextBytes(seed);
    this.prefix = HexFormat.of().formatHex(seed) + '-';
    this.attempt =
        new Attempt(
            StepThreads.of(live, threading.steps()),
            new SplittableRandom(random.nextLong()),
            time,
            store != null,
            watch.mdc);
    this.stored = store == null ? null : new StoredRuns(this, store, payloadLimits);
  }

  // --- what runs use

  int parallelism() {
    return parallelism;
  }

  TimeSource time() {
    return time;
  }

  ThreadFactory threads() {
    return threading.steps();
  }

  Threading threading() {
    return threading;
  }

  Watch watch() {
    return watch;
  }

  @Override
  public long droppedEvents() {
    return watch.dropped();
  }

  Attempt attempt() {
    return attempt;
  }

  ChildWatches watches() {
    return watches;
  }

  void ended(LiveRun run) {
    live.remove(run);
    watches.ended(run);
  }

  // --- starting

  @Override
  public <I, O> O run(Workflow<?, I, O> workflow, I input) throws InterruptedException {
    return new RunHandleImpl<O>(begin(workflow, input, RunOptions.none())).drive();
  }

  @Override
  public <I, O> O run(Workflow<?, I, O> workflow, I input, RunId id) throws InterruptedException {
    return new RunHandleImpl<O>(begin(workflow, input, RunOptions.none().withId(id))).drive();
  }

  @Override
  public <C, I, O> O run(Workflow<C, I, O> workflow, I input, UnaryOperator<RunOptions<C>> options)
      throws InterruptedException {
    return new RunHandleImpl<O>(begin(workflow, input, options.apply(RunOptions.none()))).drive();
  }

  @Override
  public <I, O> RunHandle<O> start(Workflow<?, I, O> workflow, I input) {
    return new RunHandleImpl<O>(beginNow(workflow, input, RunOptions.none())).launch();
  }

  @Override
  public <I, O> RunHandle<O> start(Workflow<?, I, O> workflow, I input, RunId id) {
    return new RunHandleImpl<O>(beginNow(workflow, input, RunOptions.none().withId(id))).launch();
  }

  @Override
  public <C, I, O> RunHandle<O> start(
      Workflow<C, I, O> workflow, I input, UnaryOperator<RunOptions<C>> options) {
    return new RunHandleImpl<O>(beginNow(workflow, input, options.apply(RunOptions.none())))
        .launch();
  }

  @Override
  public <I, O> RunSource<I, O> source(Workflow<?, I, O> workflow) {
    return new RunSource<>(this, workflow, time, () -> live.threads(threading.steps()));
  }

  /// A run to go on with.
  ///
  /// @param isNew whether nobody drives it yet
  record Begun(LiveRun run, boolean isNew) {}

  /// What a run begins with, apart from its input.
  record Beginning(Plan plan, RunIdentity run, @Nullable Object context) {}

  /// As [#begin], for methods that usually do not wait.
  private Begun beginNow(Workflow<?, ?, ?> workflow, Object input, RunOptions<?> options) {
    try {
      return begin(workflow, input, options);
    } catch (InterruptedException e) {
      throw LiveRuns.interrupted("a run of workflow \"" + workflow.name() + "\" was not started");
    }
  }

  private Begun begin(Workflow<?, ?, ?> workflow, Object input, RunOptions<?> options)
      throws InterruptedException {
    var begin = beginning(workflow, input, options);
    return live.withRoom(
        begin.run().id(),
        options.waits(),
        () ->
            stored != null
                ? stored.begin(begin, input, options.id().isEmpty())
                : new Begun(reserve(begin, input, live::admit), true));
  }

  /// Checks what a run is to begin with.
  Beginning beginning(Workflow<?, ?, ?> workflow, Object input, RunOptions<?> options) {
    live.requireOpen();
    var plan = plan(workflow);
    check(workflow, input);
    var incarnation = prefix + started.incrementAndGet();
    var id = options.id().orElseGet(() -> RunId.of(incarnation));
    var run = RunIdentity.of(id, incarnation, time.now(), options);
    return new Beginning(plan, run, context(plan, options.context().orElse(null)));
  }

  /// A transient run that begins; nobody drives it yet.
  ///
  /// @throws RunConflictException if another of its id goes on
  LiveRun reserve(Beginning begin, Object input) {
    return reserve(begin, input, live::add);
  }

  private LiveRun reserve(
      Beginning begin, Object input, Function<LiveRun, @Nullable LiveRun> makeLive) {
    var state = new RunState(begin.plan(), begin.context());
    state.start(input, null);
    var fresh = new LiveRun(this, begin.plan(), begin.run(), state, null);
    var other = makeLive.apply(fresh);
    if (other == null) {
      return fresh;
    }
    var id = begin.run().id();
    if (other.plan() != begin.plan()) {
      throw otherWorkflow(id, other.plan());
    }
    throw new RunConflictException(id, "goes on already; a transient run has its id to itself");
  }

  /// Goes on with a stored run that a step has asked for, unless it is over.
  void adopt(Workflow<?, ?, ?> workflow, RunId id) {
    if (stored == null) {
      return;
    }
    try {
      new RunHandleImpl<>(stored.adopt(plan(workflow), id)).launch();
    } catch (TreadleException e) { // the step that has asked is done; recover tells it too
      LOG.warn("run {} was asked for by a step, but can't go on here", id, e);
    }
  }

  /// How a run ended that is not driven here, or null if it is not over.
  ///
  /// @throws UnknownRunException if there is none
  @Nullable Object ended(Workflow<?, ?, ?> workflow, RunId id) {
    if (stored == null) {
      throw new UnknownRunException(
          id, "is not going on, and a transient run is forgotten at its end");
    }
    return stored.result(plan(workflow), id);
  }

  /// Cancels a run because the one that waits for it is cancelled.
  ///
  /// @param compensates whether what it has done is to be undone
  void cancel(Workflow<?, ?, ?> workflow, RunId id, boolean compensates) {
    try {
      var run = live.find(id);
      if (run != null) {
        run.cancel(compensates);
      } else if (stored != null && stored.result(plan(workflow), id) == null) {
        var begun = stored.adopt(plan(workflow), id);
        new RunHandleImpl<>(begun).launch();
        begun.run().cancel(compensates);
      }
    } catch (TreadleException e) {
      LOG.warn("run {} can't be cancelled with the run that waits for it", id, e);
    }
  }

  private static @Nullable Object context(Plan plan, @Nullable Object given) {
    if (plan.contextClass == null || plan.initialContext == null) {
      if (given != null) {
        throw new IllegalArgumentException(
            "workflow \"" + plan.workflow.name() + "\" has no context to begin with");
      }
      return null;
    }
    var context = given == null ? plan.initialContext.get() : given;
    if (!plan.contextClass.isInstance(context)) {
      throw new IllegalArgumentException(
          "the context of workflow \""
              + plan.workflow.name()
              + "\" begins as "
              + (context == null ? "null" : "a " + context.getClass().getName())
              + "; it must be a "
              + plan.contextClass.getName());
    }
    return context;
  }

  private static void check(Workflow<?, ?, ?> workflow, @Nullable Object input) {
    if (!workflow.inputType().rawClass().isInstance(input)) {
      throw new IllegalArgumentException(
          "workflow \""
              + workflow.name()
              + "\" takes a "
              + workflow.inputType()
              + ", but the input is "
              + (input == null ? "null" : "a " + input.getClass().getName()));
    }
  }

  static RunConflictException otherWorkflow(RunId id, Plan other) {
    return new RunConflictException(
        id, "exists with another workflow, \"" + other.workflow.name() + '"');
  }

  /// The plan of a workflow, made once.
  ///
  /// @throws WorkflowConflictException if another workflow has the name
  Plan plan(Workflow<?, ?, ?> workflow) {
    var plan = plans.get(workflow.name());
    if (plan == null) {
      var codec = stored == null ? null : stored.payloads();
      var made = Plan.of(workflow, codec, limits);
      plan = plans.putIfAbsent(workflow.name(), made);
      plan = plan == null ? made : plan;
    }
    if (plan.workflow != workflow) {
      throw new WorkflowConflictException(
          "this executor knows another workflow named \""
              + workflow.name()
              + "\"; build each workflow once and share it, or name them apart");
    }
    return plan;
  }

  // --- stored runs

  @Override
  public <O> RunHandle<O> resume(Workflow<?, ?, O> workflow, RunId id) {
    live.requireOpen();
    var plan = plan(workflow);
    if (stored == null) {
      var run = live.find(id);
      if (run == null) {
        throw forgotten(id);
      }
      return new RunHandleImpl<>(new Begun(run, false));
    }
    return new RunHandleImpl<O>(live.withRoomFor(id, () -> stored.resume(plan, id))).launch();
  }

  private static UnknownRunException forgotten(RunId id) {
    return new UnknownRunException(
        id, "is not going on, and a transient run is forgotten at its end");
  }

  @Override
  public <O> RunHandle<O> compensate(Workflow<?, ?, O> workflow, RunId id) {
    var runs = storedFailed(id);
    var plan = plan(workflow);
    return new RunHandleImpl<O>(live.withRoomFor(id, () -> runs.compensate(plan, id))).launch();
  }

  @Override
  public <O> RunRepair<O> repair(Workflow<?, ?, O> workflow, RunId id) {
    var runs = storedFailed(id);
    return new RunRepairImpl<>(runs, runs.failed(plan(workflow), id));
  }

  /// Where a failed run may be found.
  private StoredRuns storedFailed(RunId id) {
    live.requireOpen();
    if (live.find(id) != null) {
      throw new RunConflictException(id, "goes on here; wait for its end, or cancel it");
    }
    if (stored == null) {
      throw forgotten(id);
    }
    return stored;
  }

  @Override
  public List<Recovery> recover(Workflow<?, ?, ?>... workflows) {
    live.requireOpen();
    var known = new ArrayList<Plan>();
    for (var workflow : workflows) {
      known.add(plan(workflow));
    }
    var answers = new ArrayList<Recovery>();
    if (stored == null) {
      return answers;
    }
    var recovery = new Object();
    stored.aftermath().begin(recovery);
    try {
      recover(stored, known, answers);
    } finally {
      stored.aftermath().end(recovery);
    }
    return answers;
  }

  private void recover(StoredRuns stored, List<Plan> known, List<Recovery> answers) {
    stored.walk(
        RunQuery.all(1).withStatuses(UNFINISHED),
        header -> {
          if (live.find(header.id()) == null) {
            answers.add(told(recover(stored, known, header), header));
          }
        },
        damaged -> damaged.run().map(id -> misfit(id, damaged)).ifPresent(answers::add));
  }

  private Recovery told(Recovery answer, RunHeader header) {
    watch.log.recovery(answer, header.workflow());
    if (Jfr.PRESENT) {
      Jfr.recovery(header, answer.getClass());
    }
    return answer;
  }

  private Recovery recover(StoredRuns stored, List<Plan> known, RunHeader header) {
    if (header.status() == RunStatus.QUARANTINED) {
      return new Recovery.Quarantined(header.id());
    }
    for (var plan : known) {
      if (plan.workflow.name().equals(header.workflow())) {
        if (!live.hasRoom()) {
          return queued(stored, plan, header.id());
        }
        try {
          var handle = new RunHandleImpl<>(stored.adopt(plan, header.id())).launch();
          return handle.status() == RunStatus.QUARANTINED
              ? new Recovery.Quarantined(header.id())
              : new Recovery.Resumed(header.id(), handle);
        } catch (ExecutorFullException e) { // somebody else has taken the room
          return queued(stored, plan, header.id());
        } catch (RunMisfitException e) {
          return new Recovery.DoesNotFit(header.id(), e.misfits());
        } catch (StoreDamagedException | PayloadException e) { // the other runs may be whole
          return misfit(header.id(), e);
        }
      }
    }
    return new Recovery.UnknownWorkflow(header.id(), header.workflow());
  }

  private static Recovery misfit(RunId id, TreadleException e) {
    return new Recovery.DoesNotFit(id, List.of(String.valueOf(e.getMessage())));
  }

  @Override
  public CheckReport check(Workflow<?, ?, ?> workflow) {
    live.requireOpen();
    return stored == null
        ? new CheckReport(workflow.name(), 0, 0, List.of())
        : stored.check(Plan.of(workflow, stored.payloads()));
  }

  /// A stored run goes on when there is room for it.
  private Recovery queued(StoredRuns stored, Plan plan, RunId id) {
    live.whenRoom(id, () -> threading.steps().newThread(() -> goOn(stored, plan, id)).start());
    return new Recovery.Queued(id);
  }

  private void goOn(StoredRuns stored, Plan plan, RunId id) {
    try {
      new RunHandleImpl<>(stored.adopt(plan, id)).launch();
    } catch (TreadleException e) {
      LOG.error("run {} waited for room and can't be recovered; it is left as it was", id, e);
    } finally {
      live.giveUpRoom(id);
    }
  }

  @Override
  public <S> SignalAnswer signal(RunId run, Signal<S> signal, String key, S value) {
    live.requireOpen();
    return new SignalSender(live, plans, stored)
        .send(run, signal, new Awaited(signal.name(), key), value);
  }

  @Override
  public Optional<RunHeader> find(RunId id) {
    var run = live.find(id);
    if (stored == null) {
      return Optional.ofNullable(run).map(LiveRun::header);
    }
    return stored.find(id).map(header -> suspended(header, run));
  }

  @Override
  public Optional<RunView> inspect(RunId id, int items) {
    if (items < 0) {
      throw new IllegalArgumentException("items must be 0 or more, was " + items);
    }
    var run = live.find(id);
    var doing = run == null ? null : run.doing();
    if (stored != null) {
      return stored
          .view(id, items, doing, plans::get)
          .map(view -> view.with(suspended(view.header(), run)));
    }
    return run == null || doing == null
        ? Optional.empty()
        : Optional.of(new RunViewer(run.header(), run.plan(), doing, items).transientView());
  }

  @Override
  public List<RunHeader> runs(RunQuery query) {
    return stored == null ? live.list(query) : stored.list(query);
  }

  /// A store that refuses writes can't say so itself.
  private RunHeader suspended(RunHeader header, @Nullable LiveRun run) {
    if (run == null || stored == null || run.shownStatus() != RunStatus.SUSPENDED) {
      return header;
    }
    return new RunHeader(
        header.id(),
        header.workflow(),
        RunStatus.SUSPENDED,
        stored.refusal(),
        header.sequence(),
        header.nextId(),
        header.createdAt(),
        header.updatedAt(),
        header.dueAt(),
        header.labels(),
        header.detail());
  }

  @Override
  public RunStatus cancel(RunId id) {
    live.requireOpen();
    if (stored != null) {
      return stored.cancel(id);
    }
    var run = live.find(id);
    if (run == null) {
      throw new UnknownRunException(
          id, "is not going on, and a transient run is forgotten at its end");
    }
    return run.cancel(false);
  }

  @Override
  public boolean delete(RunId id) {
    live.requireOpen();
    if (live.find(id) != null) {
      throw new RunConflictException(id, "goes on here; cancel it first");
    }
    return stored != null && stored.delete(id);
  }

  @Nullable StoredRuns stored() {
    return stored;
  }

  LiveRuns live() {
    return live;
  }

  // --- one item

  @Override
  @SuppressWarnings("unchecked") // the graph has checked that each end fits the output type
  public <O> Optional<O> processWorkItem(
      RunContext<?, O> run, WorkItem item, ArrayDeque<WorkItem> queue) throws InterruptedException {
    return (Optional<O>) SingleItem.process(run, item, queue, threading.steps(), time);
  }

  // --- closing

  @Override
  public void close() {
    boolean interrupted = false;
    while (true) {
      try {
        close(CLOSE_GRACE, interrupted);
        break;
      } catch (InterruptedException e) {
        interrupted = true; // the grace is over for who is in a hurry
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public List<RunId> close(Duration grace) {
    try {
      return close(grace, false);
    } catch (InterruptedException e) {
      close();
      Thread.currentThread().interrupt();
      return live.cut();
    }
  }

  private List<RunId> close(Duration grace, boolean hurry) throws InterruptedException {
    watch.requireNoListener();
    live.close(hurry ? Duration.ZERO : grace);
    if (stored != null) {
      stored.close();
    }
    watch.close(hurry ? Duration.ZERO : grace);
    return live.cut();
  }
}
