package dev.treadle.examples.manifest;

import dev.treadle.RetryPolicy;
import dev.treadle.Step;
import dev.treadle.StepContext;
import dev.treadle.StepFailure;
import dev.treadle.Transition;
import dev.treadle.TypeRef;
import dev.treadle.Workflow;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/// The workflow of the quickstart: list a folder, hash each file, write the manifest.
///
/// The listing is the fork: each file it finds is an item of its own, hashed and committed by
/// itself. The digests meet again in the join, in the order of the listing, and are written as one
/// file. What can't be hashed leaves the fork on the way and becomes an output.
///
/// Safe for use by many threads.
final class ManifestWorkflow {
  /// How many files are open at once. Those that are hashed wait for their commit beside these.
  private static final int FILES_AT_ONCE = 8;

  private static final RetryPolicy PATIENCE =
      RetryPolicy.exponential(Duration.ofMillis(100))
          .maxAttempts(4)
          .jitter(0.2)
          .retryOn(IOException.class);

  private final Places places;
  private final Progress progress;
  private final Hasher hasher;

  ManifestWorkflow(Places places, Progress progress, Hasher hasher) {
    this.places = places;
    this.progress = progress;
    this.hasher = hasher;
  }

  /// Builds the graph.
  ///
  /// @return the workflow
  Workflow<Totals, Folder, Outcome> build() {
    var list = Step.of("list", Folder.class, Item.class, this::list);
    var note = Step.of("note", Item.Unusable.class, Outcome.Skipped.class, this::note);
    var hash =
        Step.of("hash", Item.Found.class, Digest.class, this::hash)
            .retry(PATIENCE)
            .concurrency(FILES_AT_ONCE);
    var skip = Step.of("skip", Item.Found.class, Outcome.Skipped.class, this::skip);
    var write =
        Step.types(TypeRef.listOf(Digest.class), TypeRef.of(Outcome.Manifest.class))
            .of("write", this::write);

    return Workflow.builder("manifest", Totals.class, Totals::none)
        .merge(Totals.sum())
        .start(list)
        .branch(list)
        .when(Item.Found.class)
        .to(hash)
        .when(Item.Unusable.class)
        .to(note)
        .endBranch()
        .onFailure(hash, skip)
        .join(list, hash, write)
        .returns(Outcome.class)
        .end(note)
        .end(skip)
        .end(write)
        .build();
  }

  private Transition<Item> list(StepContext<Totals> ctx, Folder folder) throws IOException {
    var items = Tree.list(folder.path(), places::own);
    var files = items.stream().filter(Item.Found.class::isInstance).count();
    var bytes = items.stream().mapToLong(ManifestWorkflow::size).sum();
    ctx.merge(Totals.found(files, bytes));
    return Transition.nextAll(items);
  }

  private Transition<Digest> hash(StepContext<Totals> ctx, Item.Found file) throws IOException {
    progress.begin(ctx.state());
    try (var attempt = progress.attempt()) {
      var path = RawName.file(places.folder().path(), file.name());
      var hash = hasher.hash(path, attempt::read);
      finish(ctx, file);
      return Transition.next(new Digest(file.name(), hash.hex(), hash.bytes()));
    } catch (IOException e) {
      if (Reason.isFinal(e)) {
        return Transition.abort(Reason.of(e));
      }
      throw e;
    }
  }

  private Transition<Outcome.Skipped> skip(StepContext<Totals> ctx, Item.Found file) {
    progress.begin(ctx.state());
    finish(ctx, file);
    var reason = ctx.failure().map(StepFailure::message).orElse("");
    return Transition.next(new Outcome.Skipped(file.name(), reason));
  }

  private Transition<Outcome.Skipped> note(StepContext<Totals> ctx, Item.Unusable file) {
    progress.begin(ctx.state());
    return Transition.next(new Outcome.Skipped(file.name(), file.reason()));
  }

  private Transition<Outcome.Manifest> write(StepContext<Totals> ctx, List<Digest> digests)
      throws IOException {
    progress.begin(ctx.state());
    ManifestFile.write(places.manifest(), places.prefix(), digests);
    var bytes = digests.stream().mapToLong(Digest::bytes).sum();
    return Transition.next(new Outcome.Manifest(digests.size(), bytes));
  }

  private void finish(StepContext<Totals> ctx, Item.Found file) {
    ctx.merge(Totals.done(file));
    progress.done(file.bytes());
  }

  private static long size(Item item) {
    return switch (item) {
      case Item.Found file -> file.bytes();
      case Item.Unusable _ -> 0;
    };
  }
}
