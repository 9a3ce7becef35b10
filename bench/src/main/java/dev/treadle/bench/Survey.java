package dev.treadle.bench;

import dev.treadle.bench.report.Machine;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// Looks where a measurement takes place.
final class Survey {
  private static final Path CPUS = Path.of("/proc/cpuinfo");

  private Survey() {}

  static Machine machine(Path folder) throws IOException {
    var os =
        (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return new Machine(
        cpu(),
        Runtime.getRuntime().availableProcessors(),
        os.getTotalMemorySize(),
        property("os.name") + " " + property("os.version") + " " + property("os.arch"),
        Files.getFileStore(folder).type(),
        property("java.vm.name") + " " + property("java.runtime.version"),
        String.join(" ", Rounds.FLAGS));
  }

  /// The commit of the sources, with `+` if they have been changed since; "unknown" without git.
  static String commit(Path home) throws IOException, InterruptedException {
    var commit = git(home, "rev-parse", "HEAD").strip();
    return commit.isEmpty()
        ? "unknown"
        : commit + (git(home, "status", "--porcelain").isBlank() ? "" : "+");
  }

  private static String git(Path home, String... words) throws IOException, InterruptedException {
    var command = new java.util.ArrayList<>(java.util.List.of("git", "-C", home.toString()));
    command.addAll(java.util.List.of(words));
    try {
      var process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      var text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return process.waitFor() == 0 ? text : "";
    } catch (IOException noGit) {
      return "";
    }
  }

  private static String cpu() throws IOException {
    if (!Files.isReadable(CPUS)) {
      return property("os.arch");
    }
    return Files.readAllLines(CPUS).stream()
        .filter(line -> line.startsWith("model name"))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse(property("os.arch"));
  }

  private static String property(String name) {
    return System.getProperty(name, "unknown");
  }
}
