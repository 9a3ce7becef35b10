package dev.treadle.bench.durable;

import dev.treadle.Step;
import dev.treadle.Workflow;
import dev.treadle.bench.Folders;
import dev.treadle.executor.WorkflowExecutor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// Runs of ten steps on a store that is new for each iteration.
@State(Scope.Benchmark)
public class TreadleRuns {
  /// The name of a [StoreKind].
  @Param({"memory", "file", "sqliteFull", "sqliteNormal"})
  public String store = "memory";

  private final Workflow<Object, Parcel, Parcel> ten = chain(RunsShape.STEPS);
  private @Nullable Path folder;
  private @Nullable WorkflowExecutor executor;

  /// A chain that counts.
  ///
  /// @param length how many steps it has
  /// @return the workflow
  public static Workflow<Object, Parcel, Parcel> chain(int length) {
    var steps = new ArrayList<Step<Object, Parcel, Parcel>>();
    for (int i = 0; i < length; i++) {
      steps.add(Step.map("step" + i, Parcel.class, Parcel.class, Parcel::next));
    }
    var builder = Workflow.builder("chain").start(steps.getFirst());
    for (var step : steps.subList(1, length)) {
      builder = builder.then(step);
    }
    return builder.end(steps.getLast()).build();
  }

  /// Opens a store.
  ///
  /// @throws IOException if there is no folder for it
  @Setup(Level.Iteration)
  public void open() throws IOException {
    folder = Folders.make();
    executor = WorkflowExecutor.create(StoreKind.of(store).open(folder));
  }

  /// Closes the store and deletes it.
  ///
  /// @throws IOException if it can't be deleted
  @TearDown(Level.Iteration)
  public void close() throws IOException {
    Objects.requireNonNull(executor).close();
    Folders.delete(Objects.requireNonNull(folder));
  }

  Parcel run() throws InterruptedException {
    return Objects.requireNonNull(executor).run(ten, Parcel.first());
  }
}
