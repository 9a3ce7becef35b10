package dev.treadle.proof;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Another JVM with the class path of this one.
public final class Jvm {
  private Jvm() {}

  /// Starts the main class with a heap of a size.
  public static Process start(Class<?> main, String heap, String... arguments) throws IOException {
    return start(List.of(), main, heap, arguments);
  }

  /// A JVM that is yet to be started.
  public static ProcessBuilder builder(Class<?> main, String heap, String... arguments) {
    return builder(List.of(), main, heap, arguments);
  }

  /// Starts the main class under another program.
  public static Process start(List<String> program, Class<?> main, String heap, String... arguments)
      throws IOException {
    return builder(program, main, heap, arguments)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static ProcessBuilder builder(
      List<String> program, Class<?> main, String heap, String... arguments) {
    var command = new ArrayList<>(program);
    command.addAll(
        List.of(
            ProcessHandle.current().info().command().orElse("java"),
            "--enable-native-access=ALL-UNNAMED",
            "-Xmx" + heap,
            "-XX:+ExitOnOutOfMemoryError", // with 3
            "-XX:-UsePerfData", // which would delete what killed ones have left
            "-XX:TieredStopAtLevel=" + (heap.endsWith("m") ? 1 : 4),
            "-cp",
            System.getProperty("java.class.path"),
            main.getName()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command);
  }
}
