package dev.treadle.examples.manifest;

import dev.treadle.executor.RunResult;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/// Says how a run ended, in words and as an exit status. Stateless but for what it speaks to.
///
/// @param screen where it speaks
/// @param manifest the manifest as it was typed
/// @param progress what this process did
record Report(Screen screen, String manifest, Progress progress) {
  /// The exit status if the manifest has every file.
  static final int COMPLETE = 0;

  /// The exit status if the manifest is written, but not every file is in it.
  static final int INCOMPLETE = 1;

  /// The exit status if there is no new manifest.
  static final int FAILED = 2;

  /// Speaks.
  ///
  /// @param result how the run ended
  /// @param outputs what it put out
  /// @param nanos how long this process was at it
  /// @return the exit status
  int of(RunResult<Outcome> result, List<Outcome> outputs, long nanos) {
    return switch (result) {
      case RunResult.Completed<Outcome> _ -> completed(outputs, nanos);
      case RunResult.Failed<Outcome>(var failure, _) ->
          failed("Step %s failed: %s".formatted(failure.step(), failure.message()));
      case RunResult.CompletedWithoutOutput<Outcome> _,
          RunResult.DeadlinePassed<Outcome> _,
          RunResult.Stalled<Outcome> _,
          RunResult.Quarantined<Outcome> _,
          RunResult.Cancelled<Outcome> _ ->
          failed("The run ended without a manifest: " + result);
    };
  }

  private int failed(String why) {
    screen.complain(why);
    screen.complain("The manifest is not written. The same command goes on from there.");
    return FAILED;
  }

  private int completed(List<Outcome> outputs, long nanos) {
    var skipped =
        outputs.stream()
            .filter(Outcome.Skipped.class::isInstance)
            .map(Outcome.Skipped.class::cast)
            .sorted(Comparator.comparing(Outcome.Skipped::name, RawName::compare))
            .toList();
    for (var file : skipped) {
      var name = RawName.shown(RawName.bytes(file.name()));
      screen.complain("skipped: " + name + ": " + file.reason());
    }
    for (var output : outputs) {
      if (output instanceof Outcome.Manifest written) {
        screen.print(summary(written, nanos));
      }
    }
    if (skipped.isEmpty()) {
      return COMPLETE;
    }
    screen.complain(
        String.format(
            Locale.ROOT, "%,d found but not in the manifest, as said above.", skipped.size()));
    return INCOMPLETE;
  }

  private String summary(Outcome.Manifest written, long nanos) {
    var snapshot = progress.snapshot();
    var stored = snapshot == null ? written.files() : snapshot.storedFiles();
    return String.format(
        Locale.ROOT,
        "%,d %s (%s) in %s: %,d handled now in %s, %,d already in the checkpoint.",
        written.files(),
        written.files() == 1 ? "file" : "files",
        ProgressLine.size(written.bytes()),
        manifest,
        progress.filesNow(),
        ProgressLine.time(nanos),
        stored);
  }
}
