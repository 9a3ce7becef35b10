package dev.treadle.examples.manifest;

import java.io.Console;
import java.util.Optional;

/// Starts the quickstart from the command line.
public final class Main {
  private Main() {}

  /// Writes the checksum manifest of a folder.
  ///
  /// @param args see the README
  /// @throws InterruptedException if the thread is interrupted
  public static void main(String[] args) throws InterruptedException {
    var terminal =
        Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent()
            && !"dumb".equals(System.getenv("TERM"));
    var screen = new Screen(System.out, System.err, terminal);
    var status = Report.FAILED;
    try {
      var settings = Settings.parse(args);
      var quickstart = new Quickstart(settings, Places.of(settings), screen, Sha256::of);
      Runtime.getRuntime().addShutdownHook(new Thread(quickstart::stop, "stop"));
      if (settings.stopWithParent()) {
        stopWithParent();
      }
      status = quickstart.run();
    } catch (UsageException e) {
      screen.complain(String.valueOf(e.getMessage()));
    }
    if (status != Report.COMPLETE) {
      System.exit(status);
    }
  }

  // Maven killed outright can't end the process that it started
  private static void stopWithParent() {
    ProcessHandle.current()
        .parent()
        .ifPresent(parent ->
            Thread.ofPlatform()
                .daemon()
                .name("parent")
                .start(() -> {
                  parent.onExit().join();
                  System.exit(Report.FAILED);
                }));
  }
}
