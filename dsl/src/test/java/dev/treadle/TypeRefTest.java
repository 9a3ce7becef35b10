package dev.treadle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.ParameterizedType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class TypeRefTest {

  @Test
  void of_class_isThatClass() {
    var ref = TypeRef.of(String.class);

    assertThat(ref.type()).isEqualTo(String.class);
    assertThat(ref.rawClass()).isEqualTo(String.class);
    assertThat(ref).hasToString("java.lang.String");
  }

  @Test
  void equals_sameTypeByOtherWay_isEqualBothWays() {
    var written = new TypeRef<List<String>>() {};
    var made = TypeRef.listOf(String.class);

    assertThat(written).isEqualTo(made).hasSameHashCodeAs(made).hasToString(made.toString());
    assertThat(made).isEqualTo(written).isNotEqualTo(TypeRef.listOf(Integer.class));
    assertThat(made).isNotEqualTo("text");
    assertThat(made.type()).isEqualTo(written.type()).hasSameHashCodeAs(written.type());
    assertThat(made).hasToString("java.util.List<java.lang.String>");
  }

  @Test
  void equals_nestedTypes_comparesAllArguments() {
    var written = new TypeRef<Map<String, List<Optional<Integer>>>>() {};
    var made =
        TypeRef.mapOf(
            TypeRef.of(String.class), TypeRef.listOf(new TypeRef<Optional<Integer>>() {}));

    assertThat(made).isEqualTo(written).hasSameHashCodeAs(written);
    assertThat(made.rawClass()).isEqualTo(Map.class);
    assertThat(TypeRef.mapOf(String.class, Integer.class))
        .isEqualTo(new TypeRef<Map<String, Integer>>() {});
  }

  @Test
  void equals_memberType_comparesTheOwner() {
    var written = new TypeRef<Map.Entry<String, Integer>>() {};
    var made =
        new Types.Parameterized(
            Map.Entry.class, List.<java.lang.reflect.Type>of(String.class, Integer.class));

    assertThat(made).isEqualTo(written.type()).hasSameHashCodeAs(written.type());
    assertThat(written.type()).isEqualTo(made);
    assertThat(written).hasToString("java.util.Map$Entry<java.lang.String, java.lang.Integer>");
  }

  @Test
  void type_ofList_isParameterized() {
    var type = (ParameterizedType) TypeRef.listOf(String.class).type();

    assertThat(type.getRawType()).isEqualTo(List.class);
    assertThat(type.getActualTypeArguments()).containsExactly(String.class);
    assertThat(type.getOwnerType()).isNull();
  }

  @Test
  void rawClass_ofArrays_isTheArrayClass() {
    assertThat(new TypeRef<List<String>[]>() {}.rawClass()).isEqualTo(List[].class);
    assertThat(new TypeRef<List<String>[]>() {}).hasToString("java.util.List<java.lang.String>[]");
    assertThat(TypeRef.of(byte[].class).rawClass()).isEqualTo(byte[].class);
  }

  @Test
  void toString_ofWildcards_isAsInSource() {
    assertThat(new TypeRef<Map<? extends Number, ? super Integer>>() {})
        .hasToString("java.util.Map<? extends java.lang.Number, ? super java.lang.Integer>");
    assertThat(new TypeRef<List<?>>() {}).hasToString("java.util.List<?>");
  }

  @Test
  void of_rawGenericClass_isRefused() {
    assertThatThrownBy(() -> TypeRef.of(Map.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Map has type parameters; name them with a TypeRef, as in new TypeRef<Map<…, …>>() {}");
    assertThatThrownBy(() -> TypeRef.listOf(List.class))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> TypeRef.of(List[].class)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  @SuppressWarnings("rawtypes")
  void new_rawArgument_isRefused() {
    assertThatThrownBy(() -> new TypeRef<List<Map>>() {})
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Map has type parameters");
  }

  @Test
  void new_typeVariable_isRefused() {
    assertThatThrownBy(TypeRefTest::<String>listOfVariable)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "E is a type variable; a TypeRef needs a type that is known where it is written");
  }

  @Test
  @SuppressWarnings("rawtypes")
  void new_withoutArgument_isRefused() {
    assertThatThrownBy(() -> new TypeRef() {})
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a TypeRef needs its type written out, as in new TypeRef<List<Order>>() {}");
  }

  @Test
  void of_primitive_isRefused() {
    assertThatThrownBy(() -> TypeRef.of(int.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("int is primitive; use the class of its boxed values, such as Integer.class");
  }

  private static <E> TypeRef<List<E>> listOfVariable() {
    return new TypeRef<List<E>>() {};
  }
}
