package dev.treadle.checkpoint.file;

import dev.treadle.RunStatus;
import dev.treadle.executor.spi.Entry;

/// The letters that stand for statuses and kinds in the journal. They never change their meaning.
final class Codes {
  private static final String STATUSES = "RWSfFTQcXC";
  private static final String KINDS = "ICDTGVOHSUM";

  private Codes() {}

  static int of(RunStatus status) {
    return STATUSES.charAt(
        switch (status) {
          case RUNNING -> 0;
          case WAITING -> 1;
          case SUSPENDED -> 2;
          case FAILING -> 3;
          case FAILED -> 4;
          case STALLED -> 5;
          case QUARANTINED -> 6;
          case CANCELLING -> 7;
          case CANCELLED -> 8;
          case COMPLETED -> 9;
        });
  }

  static RunStatus status(int code) throws MalformedException {
    return switch (STATUSES.indexOf(code)) {
      case 0 -> RunStatus.RUNNING;
      case 1 -> RunStatus.WAITING;
      case 2 -> RunStatus.SUSPENDED;
      case 3 -> RunStatus.FAILING;
      case 4 -> RunStatus.FAILED;
      case 5 -> RunStatus.STALLED;
      case 6 -> RunStatus.QUARANTINED;
      case 7 -> RunStatus.CANCELLING;
      case 8 -> RunStatus.CANCELLED;
      case 9 -> RunStatus.COMPLETED;
      default -> throw new MalformedException("an unknown status");
    };
  }

  static int of(Entry.Kind kind) {
    return KINDS.charAt(
        switch (kind) {
          case INPUT -> 0;
          case CONTEXT -> 1;
          case DELTA -> 2;
          case ITEM -> 3;
          case GROUP -> 4;
          case VALUE -> 5;
          case OUTPUT -> 6;
          case HOLD -> 7;
          case SIGNAL -> 8;
          case UNDO -> 9;
          case MARK -> 10;
        });
  }

  static Entry.Kind kind(int code) throws MalformedException {
    return switch (KINDS.indexOf(code)) {
      case 0 -> Entry.Kind.INPUT;
      case 1 -> Entry.Kind.CONTEXT;
      case 2 -> Entry.Kind.DELTA;
      case 3 -> Entry.Kind.ITEM;
      case 4 -> Entry.Kind.GROUP;
      case 5 -> Entry.Kind.VALUE;
      case 6 -> Entry.Kind.OUTPUT;
      case 7 -> Entry.Kind.HOLD;
      case 8 -> Entry.Kind.SIGNAL;
      case 9 -> Entry.Kind.UNDO;
      case 10 -> Entry.Kind.MARK;
      default -> throw new MalformedException("an unknown kind of entry");
    };
  }
}
