package dev.treadle.executor;

import static dev.treadle.executor.PayloadSamples.back;
import static dev.treadle.executor.PayloadSamples.read;
import static dev.treadle.executor.PayloadSamples.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.TypeRef;
import dev.treadle.executor.PayloadSamples.Box;
import dev.treadle.executor.PayloadSamples.Card;
import dev.treadle.executor.PayloadSamples.Credit;
import dev.treadle.executor.PayloadSamples.Declined;
import dev.treadle.executor.PayloadSamples.Failed;
import dev.treadle.executor.PayloadSamples.Ok;
import dev.treadle.executor.PayloadSamples.Paid;
import dev.treadle.executor.PayloadSamples.Payment;
import dev.treadle.executor.PayloadSamples.Reason;
import dev.treadle.executor.PayloadSamples.Result;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PayloadSealedTest {
  private static final TypeRef<Payment> PAYMENT = new TypeRef<>() {};

  abstract static sealed class Shape {
    public String name = "";
  }

  static final class Circle extends Shape {
    public int radius;
  }

  static non-sealed class Polygon extends Shape {}

  static final class Square extends Polygon {}

  @Test
  void write_root_carriesTheSimpleName() {
    assertThat(write(PAYMENT, new Paid(5))).isEqualTo("{\"@type\":\"Paid\",\"cents\":5}");
    assertThat(write(PAYMENT, new Declined())).isEqualTo("{\"@type\":\"Declined\"}");
    assertThat(write(PAYMENT, Reason.LOST)).isEqualTo("{\"@type\":\"Reason\",\"@value\":\"LOST\"}");
  }

  @Test
  void write_permittedClassDeclaredItself_carriesNoName() {
    assertThat(write(new TypeRef<Paid>() {}, new Paid(5))).isEqualTo("{\"cents\":5}");
  }

  @Test
  void roundTrip_eachPermittedClass_comesBack() {
    List<Payment> all =
        List.of(
            new Paid(1),
            new Declined(),
            Reason.LATE,
            Reason.LOST,
            new Credit("4", new Credit("5", Reason.LOST)));
    for (var payment : all) {
      assertThat(back(PAYMENT, payment)).isEqualTo(payment);
    }
    assertThat(back(new TypeRef<List<Payment>>() {}, all)).isEqualTo(all);
    assertThat(back(new TypeRef<Payment[]>() {}, all.toArray(Payment[]::new)))
        .containsExactlyElementsOf(all);
    var map = Map.of("a", new Box<>(Optional.of(all.get(4))));
    assertThat(back(new TypeRef<Map<String, Box<Optional<Payment>>>>() {}, map)).isEqualTo(map);
    assertThat(back(new TypeRef<Card>() {}, new Credit("4", null)))
        .isEqualTo(new Credit("4", null));
  }

  @Test
  void roundTrip_genericSealedType_keepsItsArguments() {
    var type = new TypeRef<Result<Payment>>() {};
    Result<Payment> ok = new Ok<>(new Paid(1), List.of(Reason.LATE));
    assertThat(back(type, ok)).isEqualTo(ok);
    assertThat(back(type, new Failed<>("no"))).isEqualTo(new Failed<>("no"));
    assertThat(back(new TypeRef<List<Result<Payment>>>() {}, List.of(ok))).containsExactly(ok);
  }

  @Test
  void roundTrip_classes_comeBackAsThemselves() {
    var type = new TypeRef<Shape>() {};
    var circle = new Circle();
    circle.name = "c";
    circle.radius = 3;
    assertThat(back(type, circle)).usingRecursiveComparison().isEqualTo(circle);
    assertThat(back(type, new Polygon())).isInstanceOf(Polygon.class);
    assertThatThrownBy(() -> write(type, new Square()))
        .isInstanceOf(PayloadException.class)
        .hasMessageContaining("permitted");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"@type\":\"java.lang.String\"}",
        "{\"@type\":\"dev.treadle.executor.PayloadSamples$Paid\",\"cents\":1}",
        "{\"@type\":\"PayloadSamples$Paid\",\"cents\":1}",
        "{\"@type\":\"Small\",\"id\":\"a\",\"cents\":1,\"paid\":true}",
        "{\"@type\":\"Card\",\"number\":\"a\"}",
        "{\"@type\":\"\"}",
        "{\"@type\":null}",
        "{\"@type\":1}",
        "{\"@type\":[\"Paid\"],\"cents\":1}",
        "{\"cents\":1}",
        "{\"cents\":1,\"@type\":\"Paid\"}",
        "{\"@type\":\"Paid\",\"@type\":\"Declined\"}",
        "{\"@type\":\"Paid\",\"cents\":1,\"more\":2}",
        "{\"@type\":\"Paid\",\"@value\":{\"cents\":1},\"more\":2}",
        "{\"@type\":\"Reason\"}",
        "{\"@type\":\"Reason\",\"@value\":null}",
        "{\"@type\":\"Reason\",\"@value\":\"OTHER\"}",
        "{\"@type\":\"Reason\",\"@value\":0}",
        "[\"Paid\",{\"cents\":1}]",
        "{}",
        "\"LATE\""
      })
  void read_notOneOfThePermitted_isRefused(String json) {
    assertThatThrownBy(() -> read(PAYMENT, json))
        .isInstanceOf(PayloadException.class)
        .hasMessageStartingWith("can't read the value: $");
  }

  @Test
  void read_innerSealedType_takesOnlyItsOwn() {
    assertThatThrownBy(() -> read(new TypeRef<Card>() {}, "{\"@type\":\"Paid\",\"cents\":1}"))
        .isInstanceOf(PayloadException.class);
  }
}
