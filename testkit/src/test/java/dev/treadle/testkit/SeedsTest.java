package dev.treadle.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/// Which seeds are run, and what is told of one that fails.
@Isolated
final class SeedsTest {
  private final String before = System.getProperty(Seeds.SEED, "");
  private final List<Long> seeds = new ArrayList<>();
  private final List<Long> numbers = new ArrayList<>();

  private final SeededTest test =
      (seed, random) -> {
        seeds.add(seed);
        long number = random.nextLong();
        numbers.add(number);
        if (seed % 7 == 0) {
          throw new IllegalStateException("seven");
        }
      };

  @BeforeEach
  void clear() {
    System.clearProperty(Seeds.SEED);
  }

  @AfterEach
  void restore() {
    System.clearProperty(Seeds.SEEDS);
    clear();
    if (!before.isEmpty()) {
      System.setProperty(Seeds.SEED, before);
    }
  }

  @Test
  void seeds_areTheSameEachTime_andEachHasItsOwnNumbers() throws Exception {
    Seeds.run(6, test);
    assertThat(seeds).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
    assertThat(numbers).doesNotHaveDuplicates();
    var first = List.copyOf(numbers);
    numbers.clear();
    Seeds.run(6, test);
    assertThat(numbers).isEqualTo(first);
  }

  @Test
  void aSeedThatFails_isToldWithTheWayToRunItAgain_andThatRunsItAlone() {
    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(() -> Seeds.run(100, test))
        .withMessage(
            "seed 7 fails; run it again by -Dtreadle.seed=7: java.lang.IllegalStateException:"
                + " seven")
        .withCauseInstanceOf(IllegalStateException.class);
    assertThat(seeds).hasSize(7);
    long number = numbers.getLast();
    seeds.clear();
    System.setProperty(Seeds.SEED, "7");
    assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> Seeds.run(100, test));
    assertThat(seeds).containsExactly(7L);
    assertThat(numbers.getLast()).isEqualTo(number);
  }

  @Test
  void moreSeeds_canBeAskedFor_fromAnyOnwards() throws Exception {
    System.setProperty(Seeds.SEEDS, "5");
    Seeds.run(1, test);
    System.setProperty(Seeds.SEED, "70001");
    System.setProperty(Seeds.SEEDS, "2");
    Seeds.run(1, test);
    assertThat(seeds).containsExactly(1L, 2L, 3L, 4L, 5L, 70_001L, 70_002L);
  }

  @Test
  void anInterrupt_isNoFailureOfASeed() {
    assertThatExceptionOfType(InterruptedException.class)
        .isThrownBy(() ->
            Seeds.run(
                1,
                (_, _) -> {
                  throw new InterruptedException();
                }));
  }

  @Test
  void impossibleNumbers_areRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> Seeds.run(0, test));
    System.setProperty(Seeds.SEED, "one");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Seeds.run(1, test))
        .withMessage("-Dtreadle.seed is no number: one");
  }
}
