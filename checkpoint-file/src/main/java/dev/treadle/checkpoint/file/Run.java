package dev.treadle.checkpoint.file;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What is kept in memory of a run: no payload, only where all that is needed lies.
///
/// Used by one thread.
final class Run {
  private final String id;
  private final EntryTable entries = new EntryTable();

  /// Null while the journal is read and the header is still to come.
  private @Nullable Head head;

  /// Null if they have to be read from its header: of runs that have come to their end.
  private @Nullable Map<String, String> labels;

  /// Why it is known to be damaged, or null.
  private @Nullable String damage;

  Run(String id) {
    this.id = id;
  }

  String id() {
    return id;
  }

  /// What the checksums of its entries begin with.
  byte[] seed() {
    return id.getBytes(StandardCharsets.ISO_8859_1);
  }

  EntryTable entries() {
    return entries;
  }

  @Nullable Head head() {
    return head;
  }

  void head(@Nullable Head next) {
    head = next;
  }

  @Nullable Map<String, String> labels() {
    return labels;
  }

  void labels(@Nullable Map<String, String> all) {
    labels = all;
  }

  @Nullable String damage() {
    return damage;
  }

  /// The first reason stays.
  void damaged(String why) {
    damage = damage == null ? why : damage;
  }

  /// How many of its entries are visible.
  int visible() {
    return head == null ? 0 : entries.countBelow(head.nextId());
  }

  boolean isFinal() {
    return head != null && head.status().isFinal();
  }

  /// What a stretch of it costs when it has to be moved.
  long cost(int length) {
    return length + id.length() + 48L;
  }
}
