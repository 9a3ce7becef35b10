package dev.treadle.checkpoint.file;

/// Bytes that are not what this format writes. Made and thrown often where damage is looked for, so
/// it has no stack trace.
final class MalformedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String what;

  /// @param what what is wrong; never holds stored text
  MalformedException(String what) {
    super(what, null, false, false);
    this.what = what;
  }

  String what() {
    return what;
  }
}
