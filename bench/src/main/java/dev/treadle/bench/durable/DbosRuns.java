package dev.treadle.bench.durable;

import dev.dbos.transact.DBOS;
import dev.dbos.transact.config.DBOSConfig;
import dev.dbos.transact.workflow.Workflow;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// Workflows of ten steps in DBOS.
@State(Scope.Benchmark)
public class DbosRuns {
  private @Nullable Postgres postgres;
  private @Nullable DBOS dbos;
  private @Nullable Ten ten;

  /// What DBOS wraps.
  public interface Ten {
    /// Ten steps.
    ///
    /// @param first the parcel
    /// @return the parcel after them
    Parcel run(Parcel first);
  }

  private static final class TenSteps implements Ten {
    private final DBOS dbos;

    TenSteps(DBOS dbos) {
      this.dbos = dbos;
    }

    @Override
    @Workflow(name = "ten")
    public Parcel run(Parcel first) {
      var parcel = first;
      for (int i = 0; i < RunsShape.STEPS; i++) {
        var input = parcel;
        parcel = dbos.<Parcel, RuntimeException>runStep(input::next, "step" + i);
      }
      return parcel;
    }
  }

  /// Starts the server and DBOS.
  ///
  /// @throws IOException if the server can't be started
  /// @throws SQLException if it does not answer
  @Setup(Level.Trial)
  public void open() throws IOException, SQLException {
    postgres = Postgres.start();
    dbos =
        new DBOS(DBOSConfig.defaults("bench").withDataSource(postgres.source()).withMigrate(true));
    ten = dbos.registerProxy(Ten.class, new TenSteps(dbos));
    dbos.launch();
  }

  /// Stops both.
  ///
  /// @throws IOException if the server can't be stopped
  @TearDown(Level.Trial)
  public void close() throws IOException {
    Objects.requireNonNull(dbos).shutdown();
    Objects.requireNonNull(postgres).close();
  }

  Parcel run() {
    var wrapped = Objects.requireNonNull(ten);
    return Objects.requireNonNull(dbos)
        .<Parcel, RuntimeException>startWorkflow(() -> wrapped.run(Parcel.first()))
        .getResult();
  }
}
