package dev.treadle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RunIdTest {

  @ParameterizedTest
  @ValueSource(strings = {"a", "7", "order-1_2:x.y"})
  void of_wellFormed_keepsTheText(String text) {
    assertThat(RunId.of(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".a", "-a", "a..b", "a/b", "a b", "ä", "a\n"})
  void of_malformed_isRefused(String text) {
    assertThatThrownBy(() -> RunId.of(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("a run id is a letter or digit")
        .message()
        .doesNotContain("\n");
  }

  @Test
  void of_longerThan128_isRefused() {
    assertThat(RunId.of("a".repeat(128)).value()).hasSize(128);
    assertThatThrownBy(() -> RunId.of("a".repeat(500)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("aaa…\"");
  }

  @Test
  void compareTo_sorts_asText() {
    assertThat(Stream.of("b", "a", "B").map(RunId::of).sorted())
        .containsExactly(RunId.of("B"), RunId.of("a"), RunId.of("b"));
  }
}
