package dev.treadle.proof;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.LongPredicate;

/// Calls a target with mutated samples; the same seed gives the same inputs.
///
/// Targets have a method `fuzzerTestOneInput(byte[])` too, as fuzzers that watch what code is
/// reached expect it; see CONTRIBUTING.md.
public final class Fuzzer {
  private static final int MOST = 1 << 14;
  private static final long[] NUMBERS = {0, 1, 0x7f, 0x80, 0xff, 0x7fff_ffff, -1, Long.MIN_VALUE};

  private final Random random;
  private final List<byte[]> samples;

  private Fuzzer(long seed, List<byte[]> samples) {
    this.random = new Random(seed);
    this.samples = samples;
  }

  /// What is called with each input; an exception that it lets out is a failure.
  @FunctionalInterface
  public interface Target {
    /// Takes an input.
    void accept(byte[] input) throws Exception;
  }

  /// Tries so many inputs, as each build does.
  public static LongPredicate inputs(long count) {
    return done -> done < count;
  }

  /// Tries for `treadle.soak.fuzz` seconds, or for 30, as the long tests do.
  public static LongPredicate soak() {
    var time = Duration.ofSeconds(Long.getLong("treadle.soak.fuzz", 30));
    long end = System.nanoTime() + time.toNanos();
    return _ -> System.nanoTime() < end;
  }

  /// Tries a target.
  ///
  /// @param goesOn told how many inputs there were
  /// @param samples what is mutated, not empty
  /// @throws AssertionError with the input, if the target fails
  public static void run(
      String name, long seed, LongPredicate goesOn, List<byte[]> samples, Target target) {
    var fuzzer = new Fuzzer(seed, samples);
    long inputs = 0;
    for (var sample : samples) {
      accept(target, sample, inputs++);
    }
    while (goesOn.test(inputs)) {
      accept(target, fuzzer.next(), inputs++);
    }
    System.out.printf("%s: %d inputs of seed %d%n", name, inputs, seed);
  }

  private static void accept(Target target, byte[] input, long number) {
    var before = input.clone();
    try {
      target.accept(input);
    } catch (Throwable e) {
      throw new AssertionError(
          "input %d: HexFormat.of().parseHex(\"%s\")"
              .formatted(number, HexFormat.of().formatHex(before)),
          e);
    }
  }

  private byte[] next() {
    var input = any().clone();
    for (int i = random.nextInt(4); i >= 0; i--) {
      input = mutated(input);
    }
    return input.length <= MOST ? input : Arrays.copyOf(input, MOST);
  }

  private byte[] any() {
    return samples.get(random.nextInt(samples.size()));
  }

  private byte[] mutated(byte[] input) {
    int at = random.nextInt(input.length + 1);
    int length = Math.min(input.length - at, 1 << random.nextInt(8));
    return switch (random.nextInt(7)) {
      case 0 -> replaced(input, at, length, new byte[0]);
      case 1 -> replaced(input, at, 0, bytes(1 << random.nextInt(5)));
      case 2 -> replaced(input, at, 0, Arrays.copyOfRange(input, at, at + length));
      case 3 -> replaced(input, at, Math.min(1, length), bytes(1));
      case 4 -> replaced(input, at, length, number());
      case 5 -> {
        var other = any();
        int from = random.nextInt(other.length + 1);
        int to = Math.min(other.length, from + (1 << random.nextInt(10)));
        yield replaced(input, at, length, Arrays.copyOfRange(other, from, to));
      }
      default -> flipped(input, at);
    };
  }

  private byte[] flipped(byte[] input, int at) {
    var flipped = input.clone();
    if (at < input.length) {
      flipped[at] ^= (byte) (1 << random.nextInt(8));
    }
    return flipped;
  }

  private byte[] bytes(int length) {
    var bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  /// A number that is often at a limit, as text or in so many bytes.
  private byte[] number() {
    long value = NUMBERS[random.nextInt(NUMBERS.length)] + random.nextInt(3) - 1;
    if (random.nextBoolean()) {
      return Long.toString(value).getBytes(StandardCharsets.US_ASCII);
    }
    var bytes = new byte[1 << random.nextInt(4)];
    for (int i = bytes.length - 1; i >= 0; i--, value >>= 8) {
      bytes[i] = (byte) value;
    }
    return bytes;
  }

  private static byte[] replaced(byte[] input, int at, int length, byte[] by) {
    var out = Arrays.copyOf(input, input.length - length + by.length);
    System.arraycopy(by, 0, out, at, by.length);
    System.arraycopy(input, at + length, out, at + by.length, input.length - at - length);
    return out;
  }
}
