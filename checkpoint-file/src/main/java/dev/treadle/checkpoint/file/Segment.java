package dev.treadle.checkpoint.file;

import java.io.IOException;
import java.nio.ByteBuffer;

/// One file of the journal, open.
///
/// Used by one thread.
final class Segment {
  private final SegmentHead head;
  private final JournalFile file;

  /// The end of its last frame.
  private long size;

  /// How many of its bytes are needed.
  private long live;

  Segment(SegmentHead head, JournalFile file) {
    this.head = head;
    this.file = file;
    this.size = SegmentHead.SIZE;
  }

  SegmentHead head() {
    return head;
  }

  int number() {
    return head.number();
  }

  String name() {
    return Names.segment(head.number());
  }

  byte[] salt() {
    return head.salt();
  }

  JournalFile file() {
    return file;
  }

  long size() {
    return size;
  }

  void grow(long to) {
    size = to;
  }

  long live() {
    return live;
  }

  void addLive(long bytes) {
    live += bytes;
  }

  /// The place of something in this segment.
  long place(long offset) {
    return (long) number() << Integer.SIZE | offset;
  }

  static int number(long place) {
    return (int) (place >>> Integer.SIZE);
  }

  static long offset(long place) {
    return place & 0xffff_ffffL;
  }

  /// Reads a stretch.
  ///
  /// @return as many bytes as there are, at most so many
  byte[] read(long at, int length) throws IOException {
    var bytes = new byte[(int) Math.max(0, Math.min(length, file.size() - at))];
    file.read(ByteBuffer.wrap(bytes), at);
    return bytes;
  }
}
