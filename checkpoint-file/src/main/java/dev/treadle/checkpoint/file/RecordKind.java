package dev.treadle.checkpoint.file;

/// What a record of a frame tells.
enum RecordKind {
  /// A commit: the run's header, what it removes, what it puts.
  COMMIT('C'),
  /// A change of a run's entries without a commit: a part of one that is to come, or parts that are
  /// discarded.
  PART('P'),
  /// Entries that lay in an older segment.
  MOVED('M'),
  /// A header that lay in an older segment, and such entries.
  MOVED_RUN('H'),
  /// A run is deleted.
  DELETED('D'),
  /// An opening for writing began.
  OPENED('O'),
  /// It ended in order.
  CLOSED('Z'),
  /// All that is needed of the segments up to this number has been moved.
  DROPPED('R');

  private final char code;

  @SuppressWarnings("ImmutableEnumChecker") // nobody changes it
  private final byte[] seed;

  RecordKind(char code) {
    this.code = code;
    this.seed = new byte[] {(byte) code};
  }

  int code() {
    return code;
  }

  /// What the checksum of a record's table begins with, so that the kind is proven too.
  byte[] seed() {
    return seed;
  }

  /// Whether it begins with a header; otherwise with an id or a number.
  boolean hasHeader() {
    return this == COMMIT || this == MOVED_RUN;
  }

  /// Whether it is about a run.
  boolean hasRun() {
    return this != OPENED && this != CLOSED && this != DROPPED;
  }

  static RecordKind of(int code) throws MalformedException {
    return switch (code) {
      case 'C' -> COMMIT;
      case 'P' -> PART;
      case 'M' -> MOVED;
      case 'H' -> MOVED_RUN;
      case 'D' -> DELETED;
      case 'O' -> OPENED;
      case 'Z' -> CLOSED;
      case 'R' -> DROPPED;
      default -> throw new MalformedException("an unknown kind of record");
    };
  }
}
