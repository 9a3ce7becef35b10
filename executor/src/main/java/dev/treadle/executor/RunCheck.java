package dev.treadle.executor;

import dev.treadle.RunId;
import dev.treadle.RunStatus;
import dev.treadle.executor.spi.RunHeader;
import dev.treadle.executor.spi.RunQuery;
import dev.treadle.executor.spi.StoreDamagedException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Looks whether stored runs fit a workflow, and changes nothing. Holds one page of headers, and
/// one run at a time. Used once, by one thread.
final class RunCheck {
  private static final int MOST_LISTED = 1_000;

  /// How often a run is read anew that its owner goes on with meanwhile.
  private static final int ATTEMPTS = 5;

  private static final Set<RunStatus> NOT_FINAL =
      EnumSet.complementOf(EnumSet.of(RunStatus.COMPLETED, RunStatus.CANCELLED));

  private final StoreReads reads;
  private final Plan plan;
  private final PlanPayloads payloads;
  private final EntryCodec codec;

  private final List<CheckReport.Misfit> misfits = new ArrayList<>();
  private long runs;
  private long misfitting;

  RunCheck(StoreReads reads, Plan plan, PlanPayloads payloads, EntryCodec codec) {
    this.reads = reads;
    this.plan = plan;
    this.payloads = payloads;
    this.codec = codec;
  }

  CheckReport report() {
    var workflow = plan.workflow.name();
    new StoredHeaders(reads, this::look, this::damaged)
        .walk(RunQuery.all(1).withWorkflow(workflow).withStatuses(NOT_FINAL));
    return new CheckReport(workflow, runs, misfitting, misfits);
  }

  private void look(RunHeader listed) {
    @Nullable RunHeader header = listed;
    List<String> reasons = List.of();
    for (int attempt = 1; header != null && attempt <= ATTEMPTS; attempt++) {
      reasons = reasons(header);
      if (reasons.isEmpty()) {
        break;
      }
      var now = current(header);
      if (now != null && now.sequence() == header.sequence()) {
        break; // what was read is one state of the run
      }
      reasons =
          List.of("it changed while it was looked at; check again, or check a copy of the store");
      header = now;
    }
    if (header == null) {
      return; // over, or deleted, meanwhile
    }
    runs++;
    if (!reasons.isEmpty()) {
      misfit(header.id(), Optional.of(header.status()), reasons);
    }
  }

  /// A run whose header is damaged, of which not even the status is known.
  private void damaged(StoreDamagedException e) {
    runs++;
    e.run().ifPresent(id -> misfit(id, Optional.empty(), List.of(String.valueOf(e.getMessage()))));
  }

  private void misfit(RunId id, Optional<RunStatus> status, List<String> reasons) {
    misfitting++;
    if (misfits.size() < MOST_LISTED) {
      misfits.add(new CheckReport.Misfit(id, status, reasons));
    }
  }

  private @Nullable RunHeader current(RunHeader header) {
    return reads
        .ask(store -> store.find(header.id()))
        .filter(now -> !now.status().isFinal())
        .orElse(null);
  }

  private List<String> reasons(RunHeader header) {
    try {
      var _ = RunLoader.load(reads, plan, payloads, codec, header);
      return List.of();
    } catch (RunMisfitException e) {
      return e.misfits();
    } catch (StoreDamagedException | PayloadException e) {
      return List.of(String.valueOf(e.getMessage()));
    }
  }
}
