package dev.treadle.checkpoint.file;

import dev.treadle.executor.spi.Entry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Writes a journal as text.
///
/// Used by one thread.
final class Dump {
  private final JournalFolder folder;
  private final Appendable out;

  Dump(JournalFolder folder, Appendable out) {
    this.folder = folder;
    this.out = out;
  }

  void run() throws IOException {
    var numbers = Opening.checkOurs(folder, folder.names());
    if (numbers.isEmpty()) {
      throw Damage.nothing(folder);
    }
    for (int number : numbers) {
      var name = Names.segment(number);
      try (var file = folder.openReadOnly(name)) {
        line("%s, %d bytes".formatted(name, file.size()));
        var head = Loaded.head(folder, name, file, number);
        if (head == null) {
          line("  this is not how a segment of a journal begins");
        } else {
          segment(new Segment(head, file), file.size());
        }
      }
    }
  }

  private void segment(Segment segment, long end) throws IOException {
    var frames = new FrameReader(segment, end);
    long at = SegmentHead.SIZE;
    while (at < end) {
      var found = frames.look(at);
      if (found == Frame.Check.WHOLE || found == Frame.Check.BAD_CONTENT) {
        int total = frames.frame(at).total();
        frame(segment, frames, at, found == Frame.Check.WHOLE);
        at += total;
      } else {
        long behind = frames.find(at + 1);
        long next = behind < 0 ? end : behind;
        line("offset %d, %d bytes that are no frame".formatted(at, next - at));
        at = next;
      }
    }
  }

  private void frame(Segment segment, FrameReader frames, long at, boolean whole)
      throws IOException {
    var frame = frames.frame(at);
    line(
        "frame %d at offset %d, %d bytes, epoch %d%s"
            .formatted(
                frame.sequence(),
                at,
                frame.total(),
                frame.epoch(),
                whole ? "" : ", DAMAGED: the checksum is wrong"));
    try {
      for (var in = frames.records(at); in.hasMore(); ) {
        record(segment, frames.bytes(), JournalRecord.decode(frames.bytes(), in));
      }
    } catch (MalformedException e) {
      line("  DAMAGED: %s".formatted(e.what()));
    }
  }

  private void record(Segment segment, byte[] bytes, JournalRecord record) throws IOException {
    var kind = record.kind().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    if (!record.kind().hasRun()) {
      line("  %s %d".formatted(kind, record.number()));
      return;
    }
    line(
        "  %s %s%s%s"
            .formatted(kind, record.run(), header(record.header()), removes(record.removes())));
    var seed = record.run().getBytes(StandardCharsets.ISO_8859_1);
    for (int i = 0; i < record.puts().length; i++) {
      try {
        entry(
            StoredEntry.decode(
                bytes, record.places()[i], record.places()[i + 1], seed, record.puts()[i]));
      } catch (MalformedException e) {
        line(
            "    DAMAGED: entry %d in %s: %s"
                .formatted(record.puts()[i], segment.name(), e.what()));
      }
    }
  }

  private static String header(@Nullable StoredHeader stored) {
    if (stored == null) {
      return "";
    }
    var header = stored.header();
    return " sequence %d, %s, workflow %s, next id %d, entries %d, updated %s%s%s %s"
        .formatted(
            header.sequence(),
            header.status(),
            plain(header.workflow()),
            header.nextId(),
            stored.count(),
            header.updatedAt(),
            header.dueAt().map(due -> ", due " + due).orElse(""),
            header.labels().isEmpty() ? "" : ", labels " + plain(header.labels().toString()),
            plain(header.detail()));
  }

  private static String removes(long[] removes) {
    var text = new StringBuilder();
    for (int i = 0; i < removes.length; i += 2) {
      text.append(i == 0 ? " removes " : ", ").append(removes[i]);
      if (removes[i + 1] != removes[i]) {
        text.append(" to ").append(removes[i + 1] == Long.MAX_VALUE ? "the last" : removes[i + 1]);
      }
    }
    return text.toString();
  }

  private void entry(Entry entry) throws IOException {
    line(
        "    %s %d%s%s%s%s %s %s"
            .formatted(
                entry.kind(),
                entry.id(),
                entry.step().isEmpty() ? "" : ", step " + plain(entry.step()),
                entry.group() == 0 ? "" : ", group " + entry.group(),
                entry.path().isEmpty() ? "" : ", path " + plain(entry.path()),
                entry.dueAt() == 0 ? "" : ", due " + entry.dueAt(),
                plain(new String(entry.detail(), StandardCharsets.UTF_8)),
                plain(new String(entry.payload(), StandardCharsets.UTF_8))));
  }

  private static String plain(String text) {
    return text.replaceAll("\\p{Cntrl}", "?");
  }

  private void line(String text) throws IOException {
    out.append(text.stripTrailing()).append('\n');
  }
}
