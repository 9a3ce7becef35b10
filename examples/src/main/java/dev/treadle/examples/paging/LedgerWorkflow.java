package dev.treadle.examples.paging;

import dev.treadle.RetryPolicy;
import dev.treadle.Step;
import dev.treadle.StepContext;
import dev.treadle.Transition;
import dev.treadle.Workflow;
import java.io.IOException;
import java.time.Duration;

/// Adds up a ledger that is larger than memory: one page after another, by a loop with a cursor.
///
/// Reading gives a page, adding it gives the cursor of the next, until there is none. So one page
/// is pending at a time, and the run is as small at the last page as at the first. What a page adds
/// is committed together with the step onwards: after a crash the run goes on at the page where it
/// was, and no page counts twice.
///
/// Do not read ahead by an edge from the read step to itself: nothing would hold it back, and the
/// pages would queue up. To handle the lines of a page side by side, make the adding step a
/// `Step.batch`, or fork and join within the loop.
///
/// Safe for use by many threads.
final class LedgerWorkflow {
  private static final RetryPolicy PATIENCE =
      RetryPolicy.exponential(Duration.ofMillis(100)).maxAttempts(5).retryOn(IOException.class);

  private final Pages pages;

  LedgerWorkflow(Pages pages) {
    this.pages = pages;
  }

  /// Builds the graph.
  ///
  /// @return the workflow
  Workflow<Sum, Cursor, Sum> build() {
    var read =
        Step.of(
                "read",
                Cursor.class,
                Read.class,
                (_, cursor) -> Transition.next(pages.read(cursor)))
            .retry(PATIENCE);
    var add = Step.of("add", Read.Page.class, Cursor.class, this::add);
    var report = Step.of("report", Read.End.class, Sum.class, this::report);

    return Workflow.builder("ledger", Sum.class, Sum::nothing)
        .merge(Sum.merge())
        .start(read)
        .branch(read)
        .when(Read.Page.class)
        .to(add)
        .when(Read.End.class)
        .to(report)
        .endBranch()
        .edge(add, read)
        .end(report)
        .build();
  }

  private Transition<Cursor> add(StepContext<Sum> ctx, Read.Page page) {
    ctx.merge(Sum.of(page.lines()));
    return Transition.next(page.next());
  }

  private Transition<Sum> report(StepContext<Sum> ctx, Read.End end) {
    return Transition.next(ctx.state());
  }
}
