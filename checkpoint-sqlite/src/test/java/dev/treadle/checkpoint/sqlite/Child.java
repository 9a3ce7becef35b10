package dev.treadle.checkpoint.sqlite;

import dev.treadle.proof.Jvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/// A second JVM: opens a store, then holds it or commits until it is killed. Says on its standard
/// output what is done.
final class Child {
  private Child() {}

  public static void main(String[] arguments) throws IOException {
    var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    try (var store = SqliteCheckpointStore.open(Path.of(arguments[1]))) {
      out.println("open");
      if (arguments[0].equals("hold")) {
        System.in.read();
        return;
      }
      for (long sequence = Runs.sequence(store, "a") + 1; ; sequence++) {
        store.append(List.of(Runs.linear("a", sequence), Runs.linear("b-" + sequence, 1)));
        out.println(sequence);
      }
    }
  }

  static Process start(String work, Path file) throws IOException {
    return Jvm.start(Child.class, "64m", work, file.toString());
  }

  static BufferedReader output(Process process) {
    return process.inputReader(StandardCharsets.UTF_8);
  }
}
