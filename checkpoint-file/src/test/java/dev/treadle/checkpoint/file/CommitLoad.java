package dev.treadle.checkpoint.file;

import dev.treadle.RunId;
import dev.treadle.RunStatus;
import dev.treadle.Signal;
import dev.treadle.Step;
import dev.treadle.Workflow;
import dev.treadle.executor.Recovery;
import dev.treadle.executor.RunHandle;
import dev.treadle.executor.RunResult;
import dev.treadle.executor.WorkflowExecutor;
import dev.treadle.executor.spi.CheckpointStore;
import dev.treadle.executor.spi.ForwardingStore;
import dev.treadle.executor.spi.Retention;
import dev.treadle.executor.spi.StepCommit;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/// The program of [CommitLoadTest]. It prints numbers, each with its name.
///
/// `load` lets a thousand runs at a time commit, then leaves runs that wait. `resume` goes on with
/// them. `hoard` and `litter` are `load` with a bug: something of each commit is kept in memory, or
/// no file is deleted.
final class CommitLoad {
  static final int COMMITS_OF_A_RUN = 100;
  private static final int AT_A_TIME = 1_000;
  private static final int KEPT = 100;
  private static final int SPACE = 5;
  static final int SEGMENT = 1 << 22;
  private static final FileOptions OPTIONS =
      FileOptions.defaults().withRetention(Retention.last(KEPT)).withSegmentSize(SEGMENT);
  private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);
  private static final String KEY = "key";
  private static final Signal<String> GO = Signal.of("go", String.class);

  private final Path place;
  private final AtomicLong folderPeak = new AtomicLong();

  /// How many runs came to the right end.
  private final AtomicLong right = new AtomicLong();

  private CommitLoad(Path place) {
    this.place = place;
  }

  /// Does one of them.
  ///
  /// @param arguments `load`, the place, how many commits, how many runs to leave; or `resume`, the
  ///   place
  public static void main(String[] arguments) throws InterruptedException {
    System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "error");
    var load = new CommitLoad(Path.of(arguments[1]));
    switch (arguments[0]) {
      case "resume" -> load.resume();
      case "load", "hoard", "litter" ->
          load.load(
              load.open(arguments[0]),
              Long.parseLong(arguments[2]),
              Integer.parseInt(arguments[3]));
      default -> throw new IllegalArgumentException(arguments[0]);
    }
  }

  private static void say(String name, long number) {
    OUT.println(name + " " + number);
  }

  private CheckpointStore open(String bug) {
    return switch (bug) {
      case "hoard" -> new Hoarding(Journals.openThrough(place, folder -> folder, OPTIONS));
      case "litter" -> Journals.openThrough(place, Littering::new, OPTIONS);
      default -> FileCheckpointStore.open(place, _ -> OPTIONS);
    };
  }

  private void load(CheckpointStore store, long commits, int left) throws InterruptedException {
    var chain = chain();
    var next = new AtomicLong();
    long begun = System.nanoTime();
    try (var executor = WorkflowExecutor.create(store)) {
      var lanes = new ArrayList<Thread>();
      for (int i = 0; i < AT_A_TIME; i++) {
        lanes.add(Thread.startVirtualThread(() -> lane(executor, chain, next, commits)));
      }
      for (var lane : lanes) {
        lane.join();
      }
      say("commits", right.get() * COMMITS_OF_A_RUN);
      say("loadMillis", (System.nanoTime() - begun) / 1_000_000);
      say("heap", heap());
      say("folder", size());
      leave(executor, left);
    }
    say("folderPeak", folderPeak.get());
    say("folderWithLeft", size());
  }

  private void lane(
      WorkflowExecutor executor, Workflow<?, String, String> chain, AtomicLong next, long commits) {
    try {
      for (long run = next.getAndIncrement();
          run * COMMITS_OF_A_RUN < commits;
          run = next.getAndIncrement()) {
        var output = executor.run(chain, text(run, 0));
        if (output.equals(text(run, COMMITS_OF_A_RUN - 1))) {
          right.incrementAndGet();
        }
        if (run % AT_A_TIME == 0) {
          folderPeak.accumulateAndGet(size(), Math::max);
        }
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts this thread", e);
    }
  }

  /// Starts runs that wait until they are told.
  private void leave(WorkflowExecutor executor, int left) throws InterruptedException {
    var waiting = waiting();
    var handles = new ConcurrentLinkedQueue<RunHandle<String>>();
    var starts = new ArrayList<Thread>();
    for (int i = 0; i < left; i++) {
      var id = RunId.of("waiting-" + i);
      starts.add(
          Thread.startVirtualThread(
              () -> handles.add(executor.start(waiting, "x".repeat(1000), id))));
    }
    for (var start : starts) {
      start.join();
    }
    for (var handle : handles) {
      while (handle.status() != RunStatus.WAITING) {
        if (handle.await(Duration.ofMillis(1)).isPresent()) {
          throw new IllegalStateException(handle.id() + " does not wait");
        }
      }
    }
  }

  private void resume() throws InterruptedException {
    long begun = System.nanoTime();
    var store = open("");
    say("openMillis", (System.nanoTime() - begun) / 1_000_000);
    try (var executor = WorkflowExecutor.create(store)) {
      var answers = executor.recover(waiting());
      say("recoverMillis", (System.nanoTime() - begun) / 1_000_000);
      say("recovered", answers.size());
      say("folderBefore", size());
      say("completed", complete(executor, answers));
      var chain = chain();
      for (int i = 0; i < SPACE; i++) {
        executor.run(chain, text(i, 0)); // space comes back with commits
      }
    }
    say("folderAfter", size());
  }

  private static int complete(WorkflowExecutor executor, List<Recovery> answers)
      throws InterruptedException {
    var signals = new ArrayList<Thread>();
    for (var answer : answers) {
      signals.add(Thread.startVirtualThread(() -> executor.signal(answer.id(), GO, KEY, "went")));
    }
    for (var signal : signals) {
      signal.join();
    }
    int completed = 0;
    for (var answer : answers) {
      if (answer instanceof Recovery.Resumed(_, var handle)
          && handle.await().equals(new RunResult.Completed<>("went"))) {
        completed++;
      }
    }
    return completed;
  }

  private static Workflow<Object, String, String> waiting() {
    var first = Step.map("first", String.class, String.class, text -> text + "y");
    var wait = Step.await("wait", String.class, String.class, GO, _ -> KEY, (_, by) -> by);
    return Workflow.builder("waiting").start(first).then(wait).end(wait).build();
  }

  private static Workflow<Object, String, String> chain() {
    var steps = new ArrayList<Step<Object, String, String>>();
    for (int i = 1; i < COMMITS_OF_A_RUN; i++) {
      steps.add(Step.map("step" + i, String.class, String.class, CommitLoad::next));
    }
    var builder = Workflow.builder("chain").start(steps.getFirst());
    for (var step : List.copyOf(steps.subList(1, steps.size()))) {
      builder = builder.then(step);
    }
    return builder.end(steps.getLast()).build();
  }

  /// What a step of a run gets: sixty characters and where it is.
  private static String text(long run, int step) {
    return "%s:%d:%d".formatted("-".repeat(60), run, step);
  }

  private static String next(String text) {
    int at = text.lastIndexOf(':') + 1;
    return text.substring(0, at) + (Integer.parseInt(text.substring(at)) + 1);
  }

  /// How many bytes the folder has; a file that has just been deleted has none.
  private long size() {
    try (var files = Files.list(place)) {
      return files.map(Path::toFile).mapToLong(File::length).sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// What is still in use.
  private static long heap() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static final class Hoarding implements ForwardingStore {
    private final CheckpointStore behind;
    private final List<byte[]> all = new ArrayList<>();

    Hoarding(CheckpointStore behind) {
      this.behind = behind;
    }

    @Override
    public CheckpointStore store() {
      return behind;
    }

    @Override
    public List<Integer> append(List<StepCommit> batch) {
      batch.forEach(_ -> all.add(new byte[1 << 12]));
      return behind.append(batch);
    }
  }

  private static final class Littering extends ForwardingFolder {
    Littering(JournalFolder behind) {
      super(behind);
    }

    @Override
    public void delete(String name) throws IOException {
      if (!name.endsWith(".journal")) {
        super.delete(name);
      }
    }
  }
}
