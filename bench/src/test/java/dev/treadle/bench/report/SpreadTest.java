package dev.treadle.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class SpreadTest {
  @Test
  void odd_isTheMiddleBetweenTheEnds() {
    assertThat(Spread.of(List.of(3.0, 1.0, 9.0))).isEqualTo(new Spread(3, 1, 9));
  }

  @Test
  void even_isTheMeanOfTheMiddle() {
    assertThat(Spread.of(List.of(4.0, 1.0, 2.0, 9.0))).isEqualTo(new Spread(3, 1, 9));
  }

  @Test
  void show_keepsThreeDigits() {
    assertThat(List.of(0.0, 0.01234, 1.234, 12.34, 123.4, 12_345.6).stream().map(Spread::show))
        .containsExactly("0", "0.012", "1.23", "12.3", "123", "12,346");
    assertThat(new Spread(2, 1, 3).show()).isEqualTo("2.00 (1.00 to 3.00)");
    assertThat(new Spread(2, 2, 2).show()).isEqualTo("2.00");
  }

  @Test
  void ratio_isTakenForkByForkOfTheSameRound() {
    var ours = Samples.figure("G", "treadle", Map.of(), 10.0, 20.0, 40.0);
    var rival = Samples.figure("G", "rival", Map.of(), 5.0, 10.0, 10.0);

    assertThat(ours.over(rival)).isEqualTo(new Spread(2, 2, 4));
  }

  @Test
  void figure_withoutForks_isNone() {
    assertThatThrownBy(() -> Samples.figure("G", "treadle", Map.of()))
        .hasMessage("a figure has at least one fork");
  }

  @Test
  void growth_ofAPowerLaw_isItsExponent() {
    var square =
        List.of(10.0, 100.0, 1_000.0).stream()
            .map(size -> new Growth.Pair(size, 7 * size * size))
            .toList();

    var growth = Growth.of(square);

    assertThat(growth.exponent()).isCloseTo(2, org.assertj.core.data.Offset.offset(1e-9));
    assertThat(growth.determination()).isCloseTo(1, org.assertj.core.data.Offset.offset(1e-9));
  }

  @Test
  void growth_ofWhatStaysTheSame_isNought() {
    var flat = List.of(new Growth.Pair(1, 5), new Growth.Pair(10, 5));

    assertThat(Growth.of(flat)).isEqualTo(new Growth(0, 1));
  }

  @Test
  void growth_ofOneSize_isRefused() {
    var one = List.of(new Growth.Pair(1, 5), new Growth.Pair(1, 6));

    assertThatThrownBy(() -> Growth.of(one)).hasMessage("growth needs two sizes");
  }
}
