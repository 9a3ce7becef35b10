package dev.treadle.checkpoint.file;

import dev.treadle.executor.spi.StoreException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// The command line of [JournalTool].
final class Main {
  private static final String USAGE =
      """
      usage: verify FOLDER   reads the journal of a file store and checks all of it
             dump FOLDER     writes it as text, payloads included
      exit status: 0 all is whole, 1 something is damaged, 2 it can't be read
      """;

  private Main() {}

  static void main(String[] args) {
    int status;
    try (var out = writer(FileDescriptor.out);
        var err = writer(FileDescriptor.err)) {
      status = run(args, out, err);
    }
    System.exit(status);
  }

  /// Does what the arguments say.
  ///
  /// @return the exit status
  static int run(String[] args, PrintWriter out, PrintWriter err) {
    try {
      var command = args.length == 2 ? args[0] : "";
      return switch (command) {
        case "verify" -> verify(Path.of(args[1]), out);
        case "dump" -> dump(Path.of(args[1]), out);
        default -> {
          err.print(USAGE);
          yield 2;
        }
      };
    } catch (StoreException | IOException e) {
      err.println(e.getMessage());
      return 2;
    }
  }

  private static int verify(Path folder, PrintWriter out) {
    var report = JournalTool.verify(folder);
    out.printf(
        "%d runs, %d entries, %d files, %d bytes%n",
        report.runs(), report.entries(), report.segments(), report.size());
    report.torn().ifPresent(torn -> out.println("torn, harmless: " + torn));
    report.findings().forEach(finding -> out.println("DAMAGED: " + finding));
    report.damaged().forEach((_, why) -> out.println("DAMAGED: " + why));
    out.println(report.isWhole() ? "all is whole" : "something is damaged");
    return report.isWhole() ? 0 : 1;
  }

  private static int dump(Path folder, PrintWriter out) throws IOException {
    JournalTool.dump(folder, out);
    return 0;
  }

  private static PrintWriter writer(FileDescriptor to) {
    return new PrintWriter(
        new OutputStreamWriter(new FileOutputStream(to), StandardCharsets.UTF_8));
  }
}
