package dev.treadle.checkpoint.file;

import dev.treadle.executor.spi.StoreException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Opens journals that are made of anything: nothing but the exceptions of stores may come of it.
public final class JournalFuzz {
  private static final String NAME = Names.segment(1);
  private static final byte[] SALT = new byte[Long.BYTES];

  private JournalFuzz() {}

  /// Takes an input: the content of a frame, whose checksums are set right if its first byte is
  /// even, or bytes behind the head of a file.
  public static void fuzzerTestOneInput(byte[] input) throws IOException {
    if (input.length > 0) {
      var rest = Arrays.copyOfRange(input, 1, input.length);
      open(file(input[0] % 2 == 0 ? frame(mended(rest)) : rest));
    }
  }

  /// Contents of frames of a real journal, and its bytes.
  static List<byte[]> samples() throws MalformedException {
    var work = Workload.of(3, 30, 60);
    var disk = new SimulatedDisk();
    new WorkOnDisk(work, disk, 3000).run(() -> {});
    var all = new ArrayList<byte[]>();
    for (int number : disk.segments()) {
      var bytes = disk.bytes(Names.segment(number));
      for (var frame : JournalFrame.all(bytes)) {
        all.add(sample(0, bytes, frame.at() + Frame.HEAD, frame.end()));
      }
      all.add(sample(1, bytes, SegmentHead.SIZE, bytes.length));
    }
    return all;
  }

  private static byte[] sample(int first, byte[] bytes, int from, int end) {
    var sample = new byte[1 + end - from];
    sample[0] = (byte) first;
    System.arraycopy(bytes, from, sample, 1, end - from);
    return sample;
  }

  private static void open(byte[] file) throws IOException {
    var disk = new SimulatedDisk().put(NAME, file);
    try (var reader = JournalReader.open(disk)) {
      var report = Verification.of(reader.loaded());
      if (report.entries() < 0) {
        throw new AssertionError("impossible");
      }
    } catch (StoreException e) {
      told(e);
    }
    try (var store = FileCheckpointStore.open(disk, () -> {}, Journals.SMALL, 100)) {
      for (int i = 1; i < 5; i++) {
        store.append(List.of(Journals.linear("new", i)));
      }
      Image.of(store);
    } catch (StoreException e) {
      told(e);
    }
  }

  private static void told(StoreException e) {
    if (e.getMessage() == null) {
      throw new AssertionError("without a message", e);
    }
  }

  private static byte[] file(byte[] frames) {
    var out = new Encoder();
    var head = new byte[SegmentHead.SIZE];
    new SegmentHead(1, 1, SALT).encoded().get(head);
    out.raw(head, 0, head.length);
    out.raw(frames, 0, frames.length);
    return out.copy(0, out.size());
  }

  private static byte[] frame(byte[] content) {
    var out = new Encoder();
    out.reserve(Frame.HEAD);
    out.raw(content, 0, content.length);
    Frame.seal(out, SALT, 1, 1);
    return out.copy(0, out.size());
  }

  /// The same content with right checksums, as far as it can be told where they lie.
  private static byte[] mended(byte[] content) {
    var out = new Encoder();
    out.raw(content, 0, content.length);
    int at = 0;
    try {
      while (at < content.length) {
        at = mendRecord(out, at);
      }
    } catch (MalformedException e) {
      return out.copy(0, out.size());
    }
    return out.copy(0, out.size());
  }

  /// @return where the next record begins
  private static int mendRecord(Encoder out, int at) throws MalformedException {
    var kind = RecordKind.of(out.copy(at, 1)[0]);
    int table = mendBlock(out, at + 1, JournalRecord.NO_SEED);
    mendBlock(out, table, kind.seed());
    var bytes = out.copy(0, out.size());
    var in = new Decoder(bytes, at, bytes.length);
    var record = JournalRecord.decode(bytes, in);
    var seed = record.run().getBytes(StandardCharsets.ISO_8859_1);
    for (int i = 0; i < record.puts().length; i++) {
      int from = record.places()[i];
      if (record.length(i) >= Integer.BYTES) {
        out.setInt(from, out.crc(seed, from + Integer.BYTES, record.places()[i + 1]));
      }
    }
    return in.at();
  }

  /// @return where it ends
  private static int mendBlock(Encoder out, int at, byte[] seed) throws MalformedException {
    var bytes = out.copy(0, out.size());
    int length = new Decoder(bytes, at, bytes.length).fixedInt();
    int from = at + JournalRecord.FRONT;
    new Decoder(bytes, from, bytes.length).skip(length);
    out.setInt(at + Integer.BYTES, out.crc(seed, from, from + length));
    return from + length;
  }
}
