package dev.treadle.checkpoint.file;

import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/// The names of the files of a journal. They are made of numbers only, never of what a user chose.
final class Names {
  static final String LOCK = "lock";
  private static final Pattern SEGMENT = Pattern.compile("\\d{10}\\.journal");
  private static final Pattern TEMPORARY = Pattern.compile("\\d{10}\\.journal\\.tmp");
  private static final Pattern CUT = Pattern.compile("\\d{10}\\.journal\\.cut-\\d+");
  private static final Pattern EPOCH = Pattern.compile("epoch-\\d{1,18}");

  private Names() {}

  static String segment(int number) {
    return String.format(Locale.ROOT, "%010d.journal", number);
  }

  /// A segment that is not complete.
  static String temporary(String segment) {
    return segment + ".tmp";
  }

  /// What was cut off a segment when an opening found it torn.
  static String cut(String segment, long epoch) {
    return segment + ".cut-" + epoch;
  }

  static String epoch(long epoch) {
    return "epoch-" + epoch;
  }

  /// The numbers of the segments among names, ascending.
  static List<Integer> segments(List<String> names) {
    return names.stream()
        .filter(name -> SEGMENT.matcher(name).matches())
        .map(name -> Long.parseLong(name, 0, 10, 10))
        .filter(number -> number > 0 && number <= Integer.MAX_VALUE)
        .map(Long::intValue)
        .sorted()
        .toList();
  }

  static List<String> temporaries(List<String> names) {
    return names.stream().filter(name -> TEMPORARY.matcher(name).matches()).toList();
  }

  static List<Long> epochs(List<String> names) {
    return names.stream()
        .filter(name -> EPOCH.matcher(name).matches())
        .map(name -> Long.parseLong(name, 6, name.length(), 10))
        .sorted()
        .toList();
  }

  static OptionalLong lastEpoch(List<String> names) {
    return epochs(names).stream().mapToLong(epoch -> epoch).max();
  }

  /// Whether a file of this name belongs to a journal.
  static boolean isOurs(String name) {
    return name.equals(LOCK)
        || SEGMENT.matcher(name).matches()
        || TEMPORARY.matcher(name).matches()
        || CUT.matcher(name).matches()
        || EPOCH.matcher(name).matches();
  }
}
