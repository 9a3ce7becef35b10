package dev.treadle;

/// What may be a name, and how names appear in messages.
final class Names {
  static final int LONGEST = 128;

  private Names() {}

  /// Answers the name if it may be one.
  ///
  /// @throws IllegalArgumentException if it is blank, too long, or not printable
  static String checked(String kind, String name) {
    if (name.isBlank()) {
      throw new IllegalArgumentException("a %s needs a name that is not blank".formatted(kind));
    }
    if (name.length() > LONGEST) {
      throw new IllegalArgumentException(
          "the name of a %s has at most %d characters, was %d: \"%s…\""
              .formatted(kind, LONGEST, name.length(), printable(name.substring(0, 32))));
    }
    if (!name.codePoints().allMatch(Names::isPrintable)) {
      throw new IllegalArgumentException(
          "the name of a %s has no control characters, was \"%s\""
              .formatted(kind, printable(name)));
    }
    return name;
  }

  static boolean isShortEnough(String name) {
    return name.length() <= LONGEST;
  }

  static String quoted(Step<?, ?, ?> step) {
    return '"' + step.name() + '"';
  }

  private static String printable(String name) {
    var text = new StringBuilder();
    name.codePoints().map(c -> isPrintable(c) ? c : '?').forEach(text::appendCodePoint);
    return text.toString();
  }

  private static boolean isPrintable(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          false;
      default -> true;
    };
  }
}
