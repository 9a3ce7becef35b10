package dev.treadle.executor;

import dev.treadle.RunId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;

/// Makes run ids of any text, and compares with a pattern what is taken for one.
public final class RunIdFuzz {
  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:-]{0,127}");

  private RunIdFuzz() {}

  /// Takes an input: a text, as UTF-8.
  public static void fuzzerTestOneInput(byte[] input) {
    accept(input, RunId::of);
  }

  static void accept(byte[] input, Function<String, RunId> maker) {
    var text = new String(input, StandardCharsets.UTF_8);
    boolean right = FORM.matcher(text).matches() && !text.contains("..");
    try {
      var id = maker.apply(text);
      if (!right || !id.value().equals(text) || !id.equals(RunId.of(id.toString()))) {
        throw new AssertionError("taken for a run id");
      }
    } catch (IllegalArgumentException e) {
      var message = String.valueOf(e.getMessage());
      if (right || message.length() > 400 || message.chars().anyMatch(c -> c < ' ')) {
        throw new AssertionError("refused", e);
      }
    }
  }

  static List<byte[]> samples() {
    return List.of(
        "order-17".getBytes(StandardCharsets.UTF_8),
        "a.b:c_d-e".getBytes(StandardCharsets.UTF_8),
        "../../etc/passwd".getBytes(StandardCharsets.UTF_8),
        "é..\u0000\n".getBytes(StandardCharsets.UTF_8),
        "x".repeat(127).getBytes(StandardCharsets.UTF_8));
  }
}
