package dev.treadle.executor;

import static dev.treadle.executor.PayloadSamples.bytes;
import static dev.treadle.executor.PayloadSamples.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.TypeRef;
import dev.treadle.executor.PayloadSamples.Node;
import dev.treadle.executor.PayloadSamples.Small;
import java.math.BigInteger;
import java.util.AbstractList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PayloadLimitsTest {
  private static final TypeRef<String> TEXT = new TypeRef<>() {};
  private static final TypeRef<Node> NODE = new TypeRef<>() {};
  private static final TypeRef<List<Integer>> INTEGERS = new TypeRef<>() {};
  private final PayloadLimits limits = PayloadLimits.defaults();

  /// More than fits in memory, were it ever written out.
  private static final class Endless extends AbstractList<String> {
    private static final String PART = "x".repeat(1000);

    @Override
    public String get(int index) {
      return PART;
    }

    @Override
    public int size() {
      return Integer.MAX_VALUE;
    }
  }

  @Test
  void defaults_areWhatIsDocumented() {
    assertThat(limits).isEqualTo(new PayloadLimits(16_777_216, 4_000_000, 100, 1_000_000));
    assertThat(limits.withMaxBytes(1).withMaxStringLength(2).withMaxDepth(3).withMaxTokens(4))
        .isEqualTo(new PayloadLimits(1, 2, 3, 4));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
  void limits_notPositive_areRefused(int limit) {
    assertThatThrownBy(() -> limits.withMaxBytes(limit)).hasMessageContaining("maxBytes");
    assertThatThrownBy(() -> limits.withMaxDepth(limit)).hasMessageContaining("maxDepth");
    assertThatThrownBy(() -> limits.withMaxTokens(limit)).hasMessageContaining("maxTokens");
    assertThatThrownBy(() -> limits.withMaxStringLength(limit)).hasMessageContaining("maxString");
    assertThatThrownBy(() -> limits.withMaxDepth(1001)).hasMessageContaining("maxDepth");
  }

  @Test
  void bytes_atTheLimit_areWrittenAndRead_oneMoreIsNot() {
    bounds(limits.withMaxBytes(102), TEXT, "x".repeat(100), "x".repeat(101), "maxBytes");
  }

  @Test
  void strings_atTheLimit_areWrittenAndRead_oneMoreIsNot() {
    var small = limits.withMaxStringLength(50_000);
    bounds(small, TEXT, "x".repeat(50_000), "x".repeat(50_001), "limit");
    bounds(small, TEXT, "ü".repeat(50_000), "ü".repeat(50_001), "limit");
  }

  @Test
  void depth_atTheLimit_isWrittenAndRead_oneMoreIsNot() {
    bounds(limits.withMaxDepth(21), NODE, deep(20), deep(21), "limit");
    bounds(limits, NODE, deep(99), deep(100), "limit");
    bounds(limits.withMaxDepth(1000), NODE, deep(999), deep(1000), "limit");
  }

  @Test
  void tokens_atTheLimit_areWrittenAndRead_oneMoreIsNot() {
    var fits = Collections.nCopies(98, 1);
    bounds(limits.withMaxTokens(100), INTEGERS, fits, Collections.nCopies(99, 1), "limit");
  }

  @Test
  void digits_atTheLimit_areWrittenAndRead_oneMoreIsNot() {
    var fits = BigInteger.TEN.pow(99_999);
    bounds(limits, new TypeRef<BigInteger>() {}, fits, BigInteger.TEN.pow(100_000), "limit");
  }

  @Test
  void write_endlessList_stopsAtTheLimit() {
    var type = new PayloadCodec(limits).type(new TypeRef<List<String>>() {});
    assertThatThrownBy(() -> type.write("the value", new Endless()))
        .isInstanceOf(PayloadException.class)
        .hasMessageContaining("16777216 bytes");
  }

  @Test
  void write_hugeArray_stopsAtTheLimit() {
    var type = new PayloadCodec(limits.withMaxBytes(1000)).type(new TypeRef<byte[]>() {});
    assertThatThrownBy(() -> type.write("the value", new byte[50_000_000]))
        .isInstanceOf(PayloadException.class)
        .hasMessageContaining("1000 bytes");
  }

  @Test
  void read_depthBomb_isRefused() {
    var bomb = "[".repeat(1_000_000);
    assertThatThrownBy(() -> read(new TypeRef<List<List<Integer>>>() {}, bomb))
        .isInstanceOf(PayloadException.class);
    assertThatThrownBy(() -> read(new TypeRef<Small>() {}, "{\"id\":" + bomb))
        .isInstanceOf(PayloadException.class);
    assertThatThrownBy(() -> read(NODE, "{\"next\":".repeat(500_000)))
        .isInstanceOf(PayloadException.class)
        .hasMessageContaining("limit");
    assertThatThrownBy(() -> PayloadSamples.CODEC.canonical("the value", bytes(bomb)))
        .isInstanceOf(PayloadException.class)
        .hasMessageContaining("limit");
  }

  @Test
  void read_tokenBomb_isRefused() {
    var bomb = "[" + "0,".repeat(1_100_000) + "0]";
    assertThatThrownBy(() -> read(INTEGERS, bomb))
        .isInstanceOf(PayloadException.class)
        .hasMessageContaining("limit");
  }

  @Test
  void read_hugeStringNumberAndName_areRefused() {
    var huge = "1".repeat(4_000_001);
    assertThatThrownBy(() -> read(TEXT, '"' + huge + '"')).hasMessageContaining("limit");
    assertThatThrownBy(() -> read(new TypeRef<BigInteger>() {}, huge))
        .hasMessageContaining("limit");
    assertThatThrownBy(() -> read(new TypeRef<Double>() {}, "0." + huge))
        .hasMessageContaining("limit");
    assertThatThrownBy(() -> read(new TypeRef<Map<String, Integer>>() {}, "{\"" + huge + "\":1}"))
        .hasMessageContaining("limit");
  }

  @Test
  void read_hugeExponent_costsNothing() {
    assertThatCode(
            () -> {
              var value = read(new TypeRef<java.math.BigDecimal>() {}, "1e2000000000");
              assertThat(value.scale()).isEqualTo(-2_000_000_000);
              PayloadSamples.CODEC.canonical("the value", bytes("[1e2000000000]"));
            })
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> read(new TypeRef<BigInteger>() {}, "1e2000000000"))
        .isInstanceOf(PayloadException.class);
  }

  private static <T> void bounds(
      PayloadLimits limits, TypeRef<T> type, T fits, T over, String message) {
    var strict = new PayloadCodec(limits).type(type);
    var bytes = strict.write("the value", fits);
    assertThat(strict.write("the value", strict.read("the value", bytes))).isEqualTo(bytes);
    assertThatThrownBy(() -> strict.write("the value", over))
        .isInstanceOf(PayloadException.class)
        .hasMessageStartingWith("can't store the value: ")
        .hasMessageContaining(message);
    var wide = new PayloadLimits(100 << 20, 100_000_000, 1000, 100_000_000);
    if (!limits.equals(PayloadLimits.defaults()) && limits.maxDepth() < 1000) {
      var written = new PayloadCodec(wide).type(type).write("the value", over);
      assertThatThrownBy(() -> strict.read("the value", written))
          .isInstanceOf(PayloadException.class)
          .hasMessageStartingWith("can't read the value: ")
          .hasMessageContaining(message);
    }
  }

  // n objects within one another, and a list in the innermost
  private static Node deep(int objects) {
    Node node = new Node("", null, List.of());
    for (var i = 1; i < objects; i++) {
      node = new Node("", node, List.of());
    }
    return node;
  }
}
