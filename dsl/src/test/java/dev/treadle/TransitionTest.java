package dev.treadle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TransitionTest {

  @Test
  void factories_makeTheirKinds() {
    assertThat(Transition.next("a")).isEqualTo(new Transition.Next<>("a"));
    assertThat(Transition.nextAll(List.of("a"))).isEqualTo(new Transition.NextAll<>(List.of("a")));
    assertThat(Transition.hold()).isEqualTo(new Transition.Hold<>());
    assertThat(Transition.abort("why")).isEqualTo(new Transition.Abort<>("why"));
    assertThat(Transition.after(Duration.ZERO, "a"))
        .isEqualTo(new Transition.After<>(Duration.ZERO, "a"));
  }

  @Test
  void nextAll_listChangedLater_keepsItsCopy() {
    var outputs = new ArrayList<>(List.of("a"));
    var transition = new Transition.NextAll<>(outputs);
    outputs.add("b");

    assertThat(transition.outputs()).containsExactly("a");
  }

  @Test
  @SuppressWarnings("NullAway") // what a careless user writes
  void nullOutput_isRefused() {
    assertThatThrownBy(() -> Transition.next(null)).hasMessage("output");
    assertThatThrownBy(() -> Transition.after(Duration.ZERO, null)).hasMessage("output");
    assertThatThrownBy(() -> Transition.abort(null)).hasMessage("reason");
    assertThatThrownBy(() -> Transition.nextAll(Arrays.asList("a", null)))
        .isInstanceOf(NullPointerException.class);
  }

  @Test
  void after_negativeDelay_isRefused() {
    assertThatThrownBy(() -> Transition.after(Duration.ofMillis(-1), "a"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("delay must not be negative, was PT-0.001S");
  }
}
