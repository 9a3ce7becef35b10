package dev.treadle.bench.serialization;

import dev.treadle.TypeRef;
import dev.treadle.bench.About;
import dev.treadle.bench.Measured;
import dev.treadle.executor.PayloadAccess;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.module.blackbird.BlackbirdModule;

/// From a checkpoint to bytes and back.
@About(
    title = "Writing and reading a checkpoint",
    text =
        "A queue of items as JSON, per item; a queue of one is what a step commit holds. `treadle`"
            + " is the codec of durable runs, which is strict and has limits; `jackson` is Jackson"
            + " 3 as it comes, `blackbird` with its module that generates code, `byHand` a writer"
            + " and a reader for this one type over Jackson's streams, which trusts the order of"
            + " the fields. All write the same bytes.",
    chapter = About.Chapter.SERIALIZATION,
    unit = "item",
    by = "items")
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CodecBenchmark extends Measured {
  /// How long the queue is.
  @Param({"1", "100", "10000"})
  public int items;

  private final PayloadAccess<Checkpoint> treadle =
      new PayloadAccess<>(new TypeRef<Checkpoint>() {});
  private final JsonMapper plain = JsonMapper.builder().build();
  private final JsonMapper fast = JsonMapper.builder().addModule(new BlackbirdModule()).build();
  private final ObjectWriter plainWriter = plain.writerFor(Checkpoint.class);
  private final ObjectReader plainReader = plain.readerFor(Checkpoint.class);
  private final ObjectWriter fastWriter = fast.writerFor(Checkpoint.class);
  private final ObjectReader fastReader = fast.readerFor(Checkpoint.class);
  private Checkpoint value = Checkpoint.of(1);
  private byte[] bytes = {};

  /// Makes the value and checks that all write and read the same.
  @Setup
  public void build() {
    value = Checkpoint.of(items);
    bytes = treadleWrite();
    check("jackson", jacksonWrite(), jacksonRead());
    check("blackbird", blackbirdWrite(), blackbirdRead());
    check("byHand", byHandWrite(), byHandRead());
    check("treadle", bytes, treadleRead());
  }

  private void check(String subject, byte[] written, Checkpoint read) {
    if (!java.util.Arrays.equals(bytes, written) || !value.equals(read)) {
      throw new IllegalStateException(
          subject + " writes " + written.length + " bytes, Treadle " + bytes.length);
    }
  }

  /// The subject writes.
  ///
  /// @return the bytes
  @Benchmark
  public byte[] treadleWrite() {
    return treadle.write(value);
  }

  /// The subject reads.
  ///
  /// @return the value
  @Benchmark
  public Checkpoint treadleRead() {
    return treadle.read(bytes);
  }

  /// Jackson 3 writes.
  ///
  /// @return the bytes
  @Benchmark
  public byte[] jacksonWrite() {
    return plainWriter.writeValueAsBytes(value);
  }

  /// Jackson 3 reads.
  ///
  /// @return the value
  @Benchmark
  public Checkpoint jacksonRead() {
    return plainReader.readValue(bytes);
  }

  /// Jackson 3 with Blackbird writes.
  ///
  /// @return the bytes
  @Benchmark
  public byte[] blackbirdWrite() {
    return fastWriter.writeValueAsBytes(value);
  }

  /// Jackson 3 with Blackbird reads.
  ///
  /// @return the value
  @Benchmark
  public Checkpoint blackbirdRead() {
    return fastReader.readValue(bytes);
  }

  /// The writer by hand.
  ///
  /// @return the bytes
  @Benchmark
  public byte[] byHandWrite() {
    return Streamed.write(value);
  }

  /// The reader by hand.
  ///
  /// @return the value
  @Benchmark
  public Checkpoint byHandRead() {
    return Streamed.read(bytes);
  }
}
