package dev.treadle.executor;

import static dev.treadle.executor.PayloadSamples.CODEC;
import static dev.treadle.executor.PayloadSamples.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonFormTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'a':1,'b':[true,null]} | { 'b' : [ true , null ] , 'a' : 1 }",
        "{'a':{'x':1,'y':2}} | {'a':{'y':2,'x':1}}",
        "[1,10,0] | [1.0,1e1,-0.00]",
        "1.50 | 15E-1",
        "'\\u0041' | 'A'",
      })
  void sameJson_differentlyWritten_isTrue(String one, String other) {
    assertThat(same(one, other)).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[1,2] | [2,1]",
        "{'a':1} | {'a':'1'}",
        "{'a':null} | {}",
        "[] | {}",
        "'true' | true",
        "0.1 | 0.10000000000000001",
        "9007199254740993 | 9007199254740992",
      })
  void sameJson_differentValues_isFalse(String one, String other) {
    assertThat(same(one, other)).isFalse();
  }

  @Test
  void canonical_sortsKeysAtEveryDepth() {
    var form = CODEC.canonical("the value", bytes("{\"b\":[{\"d\":1.0,\"c\":\"x\"}],\"a\":null}"));
    assertThat(new String(form, StandardCharsets.UTF_8))
        .isEqualTo("{\"a\":null,\"b\":[{\"c\":\"x\",\"d\":1}]}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "1 2", "{\"a\":1,\"a\":2}", "x", "]"})
  void canonical_notOneValue_isRefused(String json) {
    assertThatThrownBy(() -> CODEC.canonical("the value", bytes(json)))
        .isInstanceOf(PayloadException.class)
        .hasMessageStartingWith("can't read the value: ");
  }

  private static boolean same(String one, String other) {
    return CODEC.sameJson(
        "the value", bytes(one.replace('\'', '"')), bytes(other.replace('\'', '"')));
  }
}
