package dev.treadle.examples.manifest;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// What the command line asks for.
///
/// @param input the folder, as typed
/// @param output the manifest, as typed
/// @param database the database, as typed
/// @param scratch the default folder of output and database; made if it is used and missing
/// @param stopWithParent whether to stop when the process that started this one is gone
record Settings(Path input, Path output, Path database, Path scratch, boolean stopWithParent) {
  private static final Set<String> OPTIONS =
      Set.of("input", "output", "database", "home", "stop-with-parent");
  private static final String FOLDER = "target/quickstart";

  Settings {
    Objects.requireNonNull(input, "input");
    Objects.requireNonNull(output, "output");
    Objects.requireNonNull(database, "database");
    Objects.requireNonNull(scratch, "scratch");
  }

  /// Reads the command line: `--input=FOLDER --output=FILE --database=FILE --home=FOLDER
  /// --stop-with-parent=true`. An option that is missing or empty has its default, which lies below
  /// the home.
  ///
  /// @param args the command line
  /// @return the settings
  /// @throws UsageException if there is anything else
  static Settings parse(String... args) throws UsageException {
    var options = options(args);
    var home = path(options, "home", Path.of(""));
    var folder = nearest(home).resolve(FOLDER).normalize();
    var output = path(options, "output", folder.resolve("manifest.sha256"));
    var database = path(options, "database", folder.resolve("runs.db"));
    return new Settings(
        path(options, "input", nearest(home)),
        output,
        database,
        folder,
        Boolean.parseBoolean(options.getOrDefault("stop-with-parent", "false")));
  }

  private static Map<String, String> options(String... args) throws UsageException {
    var options = new HashMap<String, String>();
    for (var arg : args) {
      var equals = arg.indexOf('=');
      if (!arg.startsWith("--") || equals < 0 || !OPTIONS.contains(arg.substring(2, equals))) {
        throw new UsageException(
            "want --input=FOLDER, --output=FILE, --database=FILE or nothing, got " + arg);
      }
      if (equals + 1 < arg.length()) {
        options.put(arg.substring(2, equals), arg.substring(equals + 1));
      }
    }
    return options;
  }

  private static Path path(Map<String, String> options, String name, Path otherwise)
      throws UsageException {
    var text = options.get(name);
    if (text == null) {
      return otherwise;
    }
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new UsageException("--" + name + " is no path here: " + e.getReason());
    }
  }

  // relative if the path lies below the present folder, so that the manifest can move with it
  private static Path nearest(Path home) {
    var here = Path.of("").toAbsolutePath();
    var there = home.toAbsolutePath();
    if (!there.startsWith(here)) {
      return there;
    }
    return there.equals(here) ? Path.of(".") : here.relativize(there);
  }
}
