package dev.treadle.bench.scale;

import dev.treadle.bench.Folders;
import dev.treadle.bench.durable.QueueLengthBenchmark;
import dev.treadle.bench.durable.StoreKind;
import dev.treadle.bench.report.Point;
import dev.treadle.bench.report.Spread;
import dev.treadle.executor.WorkflowExecutor;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import tools.jackson.databind.json.JsonMapper;

/// Measures work of growing size, in a JVM of its own.
public final class Scale {
  private static final String NO_STORE = "none";
  private static final int TEN = 10;
  private static final int REPEATS = 3;
  private static final int WARM = 1_000;
  private static final List<Work> WORKS = List.of(new ForkWork(), new RunsWork(), new StepsWork());

  private final PrintStream log;
  private final List<Point> points = new ArrayList<>();

  private Scale(PrintStream log) {
    this.log = log;
  }

  /// How far it goes.
  ///
  /// @param transientMost the largest size without a store
  /// @param durableMost the largest size on a store
  /// @param deltas how many are merged into the context
  /// @param queueMost the longest queue
  public record Extent(int transientMost, int durableMost, int deltas, int queueMost) {
    /// About a minute.
    public static final Extent QUICK = new Extent(100_000, 10_000, 10_000, 10_000);

    /// Everything.
    public static final Extent FULL = new Extent(1_000_000, 100_000, 10_000, 100_000);

    /// To see that it runs.
    public static final Extent SMOKE = new Extent(100, 100, 100, 100);
  }

  /// Measures.
  ///
  /// @param args the name of an [Extent], and the file for the points as JSON
  /// @throws Exception if a run fails
  public static void main(String[] args) throws Exception {
    var extent =
        switch (args[0]) {
          case "quick" -> Extent.QUICK;
          case "full" -> Extent.FULL;
          default -> Extent.SMOKE;
        };
    var scale = new Scale(System.out);
    scale.measure(extent);
    Files.writeString(Path.of(args[1]), JsonMapper.shared().writeValueAsString(scale.points));
  }

  private void measure(Extent extent) throws Exception {
    var stores = new ArrayList<String>(List.of(NO_STORE));
    stores.addAll(List.of(StoreKind.names()));
    for (var work : WORKS) {
      for (var store : stores) {
        int most = store.equals(NO_STORE) ? extent.transientMost() : extent.durableMost();
        // started runs each hold a virtual thread while they wait for the others
        most = work instanceof RunsWork ? Math.min(most, extent.durableMost()) : most;
        pass(work, store, Math.min(WARM, most), () -> {});
        for (int size = TEN; size <= most; size *= TEN) {
          add(point(work, store, size));
        }
      }
    }
    for (var store : StoreKind.names()) {
      for (int length = TEN; length <= extent.queueMost(); length *= TEN) {
        add(queue(store, length));
      }
    }
    for (var store : StoreKind.names()) {
      context(store, WARM, Math.min(WARM, extent.deltas()));
      for (int size = WARM; size <= WARM * WARM; size *= TEN) {
        add(context(store, size, extent.deltas()));
      }
    }
  }

  private void add(Point point) {
    points.add(point);
    log.printf(
        "    %-22s %,9d on %-12s %,12.2f ms%n",
        point.dimension(), point.size(), point.store(), point.nanos() / 1e6);
  }

  private record Pass(double nanos, long storedBytes, long writtenBytes) {}

  private static Point point(Work work, String store, int size) throws Exception {
    var passes = new ArrayList<Pass>();
    for (int i = 0; i < REPEATS; i++) {
      passes.add(pass(work, store, size, () -> {}));
    }
    long before = Gauge.heapBytes();
    var widest = new AtomicLong();
    pass(work, store, size, () -> widest.set(Gauge.heapBytes()));
    var first = passes.getFirst();
    return new Point(
        work.dimension(),
        store,
        size,
        work.units(size),
        Spread.of(passes.stream().map(Pass::nanos).toList()).median(),
        Math.max(0, widest.get() - before),
        first.storedBytes(),
        first.writtenBytes());
  }

  private static Pass pass(Work work, String store, int size, Runnable probe) throws Exception {
    var folder = Folders.make();
    long written = Gauge.writtenBytes();
    double nanos;
    try (var executor = executor(store, folder)) {
      long begun = System.nanoTime();
      work.run(executor, size, probe);
      nanos = System.nanoTime() - begun;
    }
    boolean stored = onDisk(folder);
    var pass =
        new Pass(
            nanos,
            stored ? Folders.size(folder) : -1,
            stored ? Gauge.between(written, Gauge.writtenBytes()) : -1);
    Folders.delete(folder);
    return pass;
  }

  private static WorkflowExecutor executor(String store, Path folder) {
    return store.equals(NO_STORE)
        ? WorkflowExecutor.create()
        : WorkflowExecutor.create(StoreKind.of(store).open(folder));
  }

  private static boolean onDisk(Path folder) throws IOException {
    return Folders.size(folder) > 0;
  }

  /// The time of commits while so many items are pending.
  private static Point queue(String store, int length) throws Exception {
    long before = Gauge.heapBytes();
    var subject = new QueueLengthBenchmark();
    subject.queue = length;
    subject.store = store;
    subject.open();
    try {
      subject.treadle(); // warm-up
      long written = Gauge.writtenBytes();
      long begun = System.nanoTime();
      subject.treadle();
      double nanos = System.nanoTime() - begun;
      long bytes = Gauge.between(written, Gauge.writtenBytes());
      long stored = subject.stored();
      return new Point(
          "pending items",
          store,
          length,
          QueueLengthBenchmark.ROUNDS,
          nanos,
          Math.max(0, Gauge.heapBytes() - before),
          stored > 0 ? stored : -1,
          stored > 0 ? bytes : -1);
    } finally {
      subject.close();
    }
  }

  private static Point context(String store, int size, int deltas) throws Exception {
    var folder = Folders.make();
    long begun = System.nanoTime();
    long written;
    try (var executor = executor(store, folder)) {
      written = ContextWork.run(executor, size, deltas);
    }
    double nanos = System.nanoTime() - begun;
    boolean stored = onDisk(folder);
    var point =
        new Point(
            ContextWork.DIMENSION,
            store,
            size,
            deltas,
            nanos,
            -1,
            stored ? Folders.size(folder) : -1,
            stored ? written : -1);
    Folders.delete(folder);
    return point;
  }
}
