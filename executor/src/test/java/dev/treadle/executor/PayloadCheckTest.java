package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.treadle.TypeRef;
import dev.treadle.executor.PayloadSamples.Box;
import dev.treadle.executor.PayloadSamples.Node;
import dev.treadle.executor.PayloadSamples.Numbers;
import dev.treadle.executor.PayloadSamples.Paid;
import dev.treadle.executor.PayloadSamples.Payment;
import dev.treadle.executor.PayloadSamples.Result;
import dev.treadle.executor.PayloadSamples.Rich;
import dev.treadle.executor.PayloadSamples.Small;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.annotation.JsonDeserialize;
import tools.jackson.databind.annotation.JsonSerialize;

final class PayloadCheckTest {
  @SuppressWarnings("rawtypes") // what is refused
  record Raw(List list) {}

  interface Unsealed {}

  abstract static class Base {}

  record Deep(Map<String, List<Optional<Holder>>> parts) {}

  record Holder(Unsealed inner) {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.CLASS)
  interface ByClass {}

  record HasByClass(@JsonTypeInfo(use = JsonTypeInfo.Id.MINIMAL_CLASS) Payment any) {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.CLASS)
  sealed interface SealedByClass {}

  record One(int a) implements SealedByClass {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
  sealed interface SealedByName {}

  record Two(int a) implements SealedByName {}

  sealed interface Twins {}

  static final class Left {
    record Twin(int a) implements Twins {}
  }

  static final class Right {
    record Twin(int b) implements Twins {}
  }

  sealed interface Marked {}

  record Marking(@JsonProperty("@type") String type) implements Marked {}

  static sealed class Concrete {}

  static final class MoreConcrete extends Concrete {}

  static final class WriteOnly {
    public int number() {
      return 1;
    }

    public int getComputed() {
      return 2;
    }
  }

  static final class ReadOnly {
    private int number;

    public void setNumber(int number) {
      this.number = number;
    }

    int shown() {
      return number;
    }
  }

  static final class NoConstructor {
    public int number;

    NoConstructor(int number, String more) {
      this.number = number + more.length();
    }
  }

  @SuppressWarnings("ClassCanBeStatic") // what is refused
  final class Inner {
    public int number;
  }

  record Ignoring(String kept, @JsonIgnore String lost) {}

  record Unwrapping(@JsonUnwrapped Small small) {}

  static final class Any {
    @JsonAnySetter public Map<String, String> rest = Map.of();
  }

  record OnlyValue(@JsonValue Paid paid) {}

  record TwoAsOne(int a, int b) {
    @JsonValue
    String text() {
      return a + "," + b;
    }
  }

  enum Same {
    @JsonProperty("x")
    ONE,
    @JsonProperty("x")
    TWO
  }

  static final class Fault extends Exception {
    private static final long serialVersionUID = 1L;
  }

  static final class Mine extends ArrayList<String> {
    private static final long serialVersionUID = 1L;
  }

  @JsonSerialize(using = TextWriter.class)
  record Half(String text) {}

  @JsonSerialize(using = TextWriter.class)
  @JsonDeserialize(using = TextReader.class)
  record Full(Object text) {}

  static final class TextWriter extends ValueSerializer<Object> {
    @Override
    public void serialize(Object value, JsonGenerator out, SerializationContext context) {
      out.writeString("text");
    }
  }

  static final class TextReader extends ValueDeserializer<Full> {
    @Override
    public Full deserialize(JsonParser in, DeserializationContext context) {
      return new Full(in.getString());
    }
  }

  record Growing(List<String> all) {
    Growing {
      all = new ArrayList<>(all);
      all.add("x");
    }
  }

  record Getters(int a) {
    public int getDouble() {
      return 2 * a;
    }
  }

  static final class Bean {
    private final String name;

    @JsonCreator
    Bean(@JsonProperty("name") String name) {
      this.name = name;
    }

    public String getName() {
      return name;
    }
  }

  @Test
  void faults_ofTypesThatWork_areNone() {
    none(new TypeRef<Rich>() {});
    none(new TypeRef<Node>() {});
    none(new TypeRef<Numbers>() {});
    none(new TypeRef<List<Map<String, Box<Payment>>>>() {});
    none(new TypeRef<List<? extends Payment>>() {});
    none(new TypeRef<Result<List<Small[]>>>() {});
    none(new TypeRef<SealedByName>() {});
    none(new TypeRef<Full>() {});
    none(new TypeRef<Getters>() {});
    none(new TypeRef<Bean>() {});
    none(new TypeRef<OnlyValue>() {});
    none(new TypeRef<byte[]>() {});
  }

  @Test
  void faults_ofOpenTypes_nameThePath() {
    one(new TypeRef<Object>() {}, "Object: Object, a raw type");
    one(new TypeRef<List<?>>() {}, "List[]: Object");
    one(new TypeRef<List<? super String>>() {}, "List[]: Object");
    one(new TypeRef<Raw>() {}, "Raw.list[]: Object");
    one(new TypeRef<Box<Object>>() {}, "Box.value: Object");
    one(new TypeRef<Unsealed>() {}, "Unsealed: ", "open to any subclass");
    one(new TypeRef<Base>() {}, "Base: ", "open to any subclass");
    one(new TypeRef<Box<Holder>>() {}, "Box.value.inner: ", "open to any subclass");
    one(new TypeRef<Deep>() {}, "Deep.parts[][]: an Optional as an element");
    one(new TypeRef<Result<Unsealed>>() {}, "Result<Ok>.value: ", "open to any subclass");
    one(new TypeRef<Optional<Optional<String>>>() {}, "an Optional of an Optional");
  }

  @Test
  void faults_ofTypesOfTheJdk_nameTheType() {
    one(new TypeRef<Box<Date>>() {}, "Box.value: java.util.Date");
    one(new TypeRef<Box<Thread>>() {}, "Box.value: java.lang.Thread");
    one(new TypeRef<Box<InputStream>>() {}, "Box.value: java.io.InputStream");
    one(new TypeRef<Box<Class<String>>>() {}, "Box.value: java.lang.Class");
    one(new TypeRef<Box<Exception>>() {}, "Box.value: java.lang.Exception");
    one(new TypeRef<Box<Function<String, String>>>() {}, "Box.value: java.util.function.Function");
    one(new TypeRef<Box<CharSequence>>() {}, "Box.value: java.lang.CharSequence");
    one(new TypeRef<Box<Number>>() {}, "Box.value: java.lang.Number");
    one(new TypeRef<Box<Iterable<String>>>() {}, "Box.value: java.lang.Iterable");
    one(new TypeRef<SortedMap<String, String>>() {}, "SortedMap: java.util.SortedMap");
    one(new TypeRef<Void>() {}, "Void: java.lang.Void");
    one(new TypeRef<Fault>() {}, "is an exception");
    one(new TypeRef<Mine>() {}, "is a container of its own");
  }

  @Test
  void faults_ofKeys_nameThem() {
    one(new TypeRef<Map<Small, String>>() {}, "Map: keys of type ", "Small do not come back");
    one(new TypeRef<Map<Double, String>>() {}, "Map: keys of type java.lang.Double");
    one(new TypeRef<Map<Object, String>>() {}, "Map: keys of type java.lang.Object");
    one(new TypeRef<Map<Same, String>>() {}, "Map (key): ", "Same");
  }

  @Test
  void faults_ofProperties_nameThem() {
    one(new TypeRef<WriteOnly>() {}, "property computed is written but can't be read back");
    one(new TypeRef<ReadOnly>() {}, "property number is read but never written");
    one(new TypeRef<Ignoring>() {}, "property lost is read but never written");
    assertThat(faults(new TypeRef<NoConstructor>() {}))
        .anyMatch(text -> text.contains("constructor"));
    one(new TypeRef<Half>() {}, "a serializer or a deserializer of its own, but not both");
    one(new TypeRef<TwoAsOne>() {}, "written by @JsonValue but has no @JsonCreator");
    one(new TypeRef<Same>() {}, "Same: ", "property \"x\"");
    one(new TypeRef<Inner>() {}, "is an inner class; make it static");
  }

  @Test
  void faults_ofAnnotations_sayWhatToDo() {
    one(new TypeRef<ByClass>() {}, "@JsonTypeInfo by class", "seal the type");
    one(new TypeRef<HasByClass>() {}, "@JsonTypeInfo by class", "seal the type");
    one(new TypeRef<SealedByClass>() {}, "@JsonTypeInfo by class", "seal the type");
    one(new TypeRef<Unwrapping>() {}, "@JsonUnwrapped is not accepted");
    one(new TypeRef<Any>() {}, "@JsonAnySetter is not accepted");
  }

  @Test
  void faults_ofSealedTypes_nameThePermittedClass() {
    one(new TypeRef<Twins>() {}, "two permitted classes are named Twin");
    one(new TypeRef<Marked>() {}, "Marked<Marking>: the name @type is taken");
    one(new TypeRef<Concrete>() {}, "is sealed but not abstract");
  }

  @Test
  void faults_several_areAllReported() {
    record Bad(Object first, Map<Small, Unsealed> second) {}
    assertThat(faults(new TypeRef<Bad>() {}))
        .hasSize(3)
        .allMatch(text -> text.startsWith("the input: "));
  }

  @Test
  void type_withFaults_isRefusedByTheCodec() {
    assertThatThrownBy(() -> PayloadSamples.CODEC.type(new TypeRef<Box<Class<?>>>() {}))
        .isInstanceOf(PayloadException.class)
        .hasMessageContaining("Box.value: java.lang.Class");
  }

  @Test
  void roundTripFault_saysWhatChanges() {
    var where = "the input";
    var codec = PayloadSamples.CODEC;
    assertThat(
            PayloadCheck.roundTripFault(
                codec, where, new TypeRef<Small>() {}, new Small("a", 1, true)))
        .isEmpty();
    assertThat(
            PayloadCheck.roundTripFault(
                codec, where, new TypeRef<Growing>() {}, new Growing(List.of())))
        .hasValueSatisfying(
            text -> assertThat(text).startsWith("the input: Growing is not the same"));
    assertThat(PayloadCheck.roundTripFault(codec, where, new TypeRef<String>() {}, "\uD800"))
        .hasValueSatisfying(text -> assertThat(text).contains("surrogate"));
  }

  private static List<String> faults(TypeRef<?> type) {
    return PayloadSamples.CODEC.faults("the input", type);
  }

  private static void none(TypeRef<?> type) {
    assertThat(faults(type)).as("%s", type.type()).isEmpty();
  }

  private static void one(TypeRef<?> type, String... words) {
    assertThat(faults(type)).as("%s", type.type()).hasSize(1);
    assertThat(faults(type).getFirst()).startsWith("the input: ").contains(words);
  }
}
