package dev.treadle.executor;

import dev.treadle.executor.StoreEvent.BatchAppended;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What those who watch are told of a store. Used by the store's thread only.
final class StoreWatch {
  private static final Logger LOG = LoggerFactory.getLogger(StoreWatch.class);

  private final Watch watch;
  private final LiveRuns live;
  private final String location;
  private boolean refused;
  private Jfr.@Nullable Append flight;

  StoreWatch(Watch watch, LiveRuns live, String location) {
    this.watch = watch;
    this.live = live;
    this.location = location;
  }

  /// The store begins to write a batch.
  ///
  /// @return when, for [#appended]
  long appending() {
    if (Jfr.PRESENT) {
      var event = new Jfr.Append();
      flight = event.isEnabled() ? event : null;
      event.begin();
    }
    return watch.listens() ? watch.nanos() : 0;
  }

  /// The store has written a batch.
  void appended(long since, int commits, int notTaken) {
    if (refused) {
      refused = false;
      LOG.info("{}: writes succeed again", location);
      tellRuns(RunWatch::unsuspended);
    }
    if (flight != null) {
      flight.location = location;
      flight.commits = commits;
      flight.refused = notTaken;
      flight.commit();
    }
    if (watch.listens()) {
      var took = Duration.ofNanos(Math.max(0, watch.nanos() - since));
      watch.tell(new BatchAppended(location, watch.now(), commits, notTaken, took));
    }
  }

  /// The store has refused a batch, perhaps not for the first time.
  void refused(Exception reason) {
    if (!refused) {
      refused = true;
      LOG.warn("writes are refused and will be tried again; no step runs again for it", reason);
      var text = String.valueOf(reason.getMessage());
      tellRuns(run -> run.suspended(text));
    }
  }

  private void tellRuns(Consumer<RunWatch> what) {
    if (watch.listens()) {
      live.forEach(run -> what.accept(run.watch));
    }
  }
}
