package dev.treadle.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

final class SelectionTest {
  /// What it takes to begin a fork and to set up.
  private static final long FORK_MILLIS = 1_000;

  static List<Class<?>> groups() {
    return Selection.ALL;
  }

  private static Stream<Method> benchmarks(Class<?> group) {
    return Stream.of(group.getMethods())
        .filter(method -> method.isAnnotationPresent(Benchmark.class));
  }

  private static Stream<String> params(Class<?> group) {
    return benchmarks(group).flatMap(method -> params(group, method));
  }

  /// The names of the parameters of a class and of the states that a benchmark of it takes.
  private static Stream<String> params(Class<?> group, Method benchmark) {
    return Stream.concat(Stream.of(group), Stream.of(benchmark.getParameterTypes()))
        .flatMap(type -> Stream.of(type.getFields()))
        .filter(field -> field.isAnnotationPresent(Param.class))
        .map(Field::getName);
  }

  @ParameterizedTest
  @MethodSource("groups")
  void eachGroup_saysWhatItsFiguresArePer(Class<?> group) {
    var about = group.getAnnotation(About.class);

    assertThat(about).isNotNull();
    assertThat(about.by()).isSubsetOf(params(group).toList());
  }

  @Test
  void eachPart_namesBenchmarksAndParametersThatThereAre() {
    for (var part : Selection.quick()) {
      var subjects = Pattern.compile(part.subjects());
      assertThat(benchmarks(part.group()))
          .as(part.toString())
          .anyMatch(method -> subjects.matcher(method.getName()).matches());
      assertThat(params(part.group())).as(part.toString()).containsAll(part.params().keySet());
    }
  }

  @Test
  void matching_takesWhatTheExpressionFinds() {
    assertThat(Selection.matching("Chain.*arrayDeque"))
        .singleElement()
        .satisfies(part -> assertThat(part.subjects()).isEqualTo("arrayDeque"));
    assertThat(Selection.matching("noSuchThing")).isEmpty();
  }

  @Test
  void units_areTheProductOfTheParameters() {
    var chain = Selection.ALL.getFirst().getAnnotation(About.class);

    assertThat(Rounds.units(chain, Map.of("steps", "100"))).isEqualTo(100);
  }

  /// The rest is for [dev.treadle.bench.scale.Scale], and for peers of which one invocation takes
  /// longer than an iteration should.
  @Test
  void quick_leavesThreeOfTenMinutes() {
    long millis = Selection.quick().stream().mapToLong(SelectionTest::millis).sum();

    assertThat(millis).isLessThan(7 * 60_000L);
  }

  private static long millis(Part part) {
    long iterations = (long) (part.warmups() + part.iterations()) * part.millis();
    var subjects = Pattern.compile(part.subjects());
    return benchmarks(part.group())
        .filter(method -> subjects.matcher(method.getName()).matches())
        .mapToLong(method -> forks(part, method) * (iterations + FORK_MILLIS))
        .sum();
  }

  private static long forks(Part part, Method benchmark) {
    var names = params(part.group(), benchmark).toList();
    return part.params().entrySet().stream()
        .filter(param -> names.contains(param.getKey()))
        .mapToLong(param -> param.getValue().size())
        .reduce(part.rounds(), (one, other) -> one * other);
  }
}
