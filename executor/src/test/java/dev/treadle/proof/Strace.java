package dev.treadle.proof;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/// Processes whose system calls are counted, and fail or kill at a chosen one. Needs `strace`;
/// elsewhere the test is reported as skipped, with the reason.
///
/// Calls are counted for each thread by itself, which for a store is its one thread.
final class Strace {
  private static final List<String> CALLS =
      List.of(
          "pwrite64",
          "fdatasync",
          "fsync",
          "ftruncate",
          "rename",
          "renameat",
          "renameat2",
          "unlink",
          "unlinkat");
  private static final Pattern LINE = Pattern.compile("(\\d+) +(\\w+)\\(.*");
  private static final int PATIENCE_SECONDS = 60;

  private final Path log;

  /// @param log where to write what was called
  Strace(Path log) throws InterruptedException {
    this.log = log;
    Commands.assume(
        Commands.succeeds("strace", "-f", "-o", "/dev/null", "true"),
        "there is no strace, or it may not trace");
  }

  /// How a process ended.
  ///
  /// @param killed whether by a signal
  /// @param injected how many calls failed on purpose
  /// @param calls how often each was called, by the thread that called it most
  record End(boolean killed, long injected, Map<String, Integer> calls) {}

  /// Runs a process.
  ///
  /// @param injection such as `fsync:signal=SIGKILL:when=2`, or empty
  /// @param process not started
  End run(String injection, ProcessBuilder process) throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of("strace", "-f", "-qq", "-o", log.toString()));
    command.addAll(List.of("-e", "trace=?" + String.join(",?", CALLS)));
    if (!injection.isEmpty()) {
      command.addAll(List.of("-e", "inject=" + injection));
    }
    command.addAll(process.command());
    var started =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      if (!started.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError("the process does not end: " + injection);
      }
    } finally {
      started.destroyForcibly();
    }
    var lines = Files.readAllLines(log);
    long injected = lines.stream().filter(line -> line.endsWith("(INJECTED)")).count();
    return new End(started.exitValue() == 128 + 9, injected, calls(lines));
  }

  private static Map<String, Integer> calls(List<String> lines) {
    var byThread = new HashMap<String, Integer>();
    var most = new TreeMap<String, Integer>();
    for (var line : lines) {
      var call = LINE.matcher(line);
      if (call.matches()) {
        int count = byThread.merge(call.group(1) + call.group(2), 1, Integer::sum);
        most.merge(call.group(2), count, Math::max);
      }
    }
    return most;
  }
}
