package dev.treadle.checkpoint.file;

/// How an operation on files fails.
enum Fault {
  /// With an exception, before it had any effect.
  BEFORE,
  /// With an exception, after it had its effect.
  AFTER,
  /// In the midst of a write.
  SHORT,
  /// No room is left: a write ends in its midst, nothing new can be created.
  FULL,
  /// A force fails, and what it should have written is taken for written all the same.
  LOST,
  /// The file is closed under the store, as by an interrupt, and stays closed.
  CLOSED,
  /// With an error of the machine, before it had any effect.
  ERROR,
  /// With an error of the machine, after it had its effect.
  LATE_ERROR;

  /// Whether an operation can fail so.
  boolean fits(Operation operation) {
    return switch (this) {
      case BEFORE, ERROR -> true;
      case AFTER, LATE_ERROR -> operation != Operation.EXISTS;
      case SHORT -> operation == Operation.WRITE;
      case FULL -> operation == Operation.WRITE || operation == Operation.CREATE;
      case LOST -> operation == Operation.FORCE;
      case CLOSED ->
          switch (operation) {
            case SIZE, READ, WRITE, TRUNCATE, FORCE -> true;
            default -> false;
          };
    };
  }

  /// What a store asks of a file system.
  enum Operation {
    NAMES,
    EXISTS,
    CREATE,
    OPEN,
    RENAME,
    DELETE,
    FORCE_FOLDER,
    SIZE,
    READ,
    WRITE,
    TRUNCATE,
    FORCE,
    CLOSE;

    /// Whether it changes what is there after a power loss.
    boolean changes() {
      return this != NAMES
          && this != EXISTS
          && this != OPEN
          && this != SIZE
          && this != READ
          && this != CLOSE;
    }
  }
}
