package dev.treadle.executor;

import static dev.treadle.executor.PayloadSamples.CODEC;
import static dev.treadle.executor.PayloadSamples.bytes;
import static dev.treadle.executor.PayloadSamples.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.TypeRef;
import dev.treadle.executor.PayloadSamples.Box;
import dev.treadle.executor.PayloadSamples.Payment;
import dev.treadle.executor.PayloadSamples.Reason;
import dev.treadle.executor.PayloadSamples.Small;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PayloadStrictTest {
  private static final String SECRET = "hunter2";
  private static final TypeRef<Small> SMALL = new TypeRef<>() {};

  record Refusing(String text) {
    Refusing {
      if (text.equals(SECRET)) {
        throw new IllegalArgumentException("not " + text);
      }
    }
  }

  record Throwing(String text) {
    @Override
    public String text() {
      throw new IllegalStateException("not " + text);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'id':'a','cents':1,'paid':true,'more':1} | $.more: there is no property more",
        "{'id':'a','cents':1,'cents':2,'paid':true} | one name stands twice",
        "{'id':'a','cents':1,'paid':true} {} | $: what is stored is no",
        "{'id':'a','cents':1,'paid':true} x | $: it is not well-formed JSON",
        "{'id':'a','cents':1,'paid':true | it is not well-formed JSON",
        "{'id':'a','paid':true} | $.cents: what is stored is no int (missing",
        "{'id':'a','cents':null,'paid':true} | $.cents: what is stored is no int (missing",
        "{'id':'a','cents':'1','paid':true} | $.cents: what is stored is no int",
        "{'id':'a','cents':'','paid':true} | $.cents: what is stored is no int",
        "{'id':'a','cents':1.0,'paid':true} | $.cents: what is stored is no int",
        "{'id':'a','cents':1e0,'paid':true} | $.cents: what is stored is no int",
        "{'id':'a','cents':true,'paid':true} | $.cents: what is stored is no int",
        "{'id':'a','cents':[1],'paid':true} | $.cents: what is stored is no int",
        "{'id':'a','cents':99999999999,'paid':true} | $.cents: the number does not fit int",
        "{'id':'a','cents':1,'paid':1} | $.paid: what is stored is no boolean",
        "{'id':'a','cents':1,'paid':'true'} | $.paid: what is stored is no boolean",
        "{'id':1,'cents':1,'paid':true} | $.id: what is stored is no java.lang.String",
        "{'id':1.5,'cents':1,'paid':true} | $.id: what is stored is no java.lang.String",
        "{'id':true,'cents':1,'paid':true} | $.id: what is stored is no java.lang.String",
        "{'id':{},'cents':1,'paid':true} | $.id: what is stored is no java.lang.String",
        "['a',1,true] | $: what is stored is no",
        "'' | $: what is stored is no",
        "'a' | $: what is stored is no",
      })
  void read_notExactlyTheType_saysWhere(String json, String message) {
    assertThatThrownBy(() -> read(SMALL, json.replace('\'', '"')))
        .isInstanceOf(PayloadException.class)
        .hasMessageStartingWith("can't read the value: $")
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "nul", "NaN", "{'a'", "[", "// c\n1", "1 // c", "01", "+1", "'"})
  void read_notJson_isRefused(String json) {
    assertThatThrownBy(() -> read(new TypeRef<Double>() {}, json))
        .isInstanceOf(PayloadException.class);
  }

  @Test
  void read_otherKindsOfValue_areRefused() {
    refused(new TypeRef<Integer>() {}, "''", "'1'", "1.0", "true", "[]", "{}");
    refused(new TypeRef<Double>() {}, "''", "'1'", "'nan'", "true");
    refused(new TypeRef<Boolean>() {}, "''", "'true'", "0");
    refused(new TypeRef<Character>() {}, "''", "'ab'", "65");
    refused(new TypeRef<String>() {}, "1", "1.5", "true", "['a']");
    refused(new TypeRef<byte[]>() {}, "'!'", "'A'", "[1]", "1");
    refused(new TypeRef<BigDecimal>() {}, "''", "'1'", "true");
    refused(new TypeRef<BigInteger>() {}, "''", "'1'", "1.0", "1e3");
    refused(new TypeRef<Instant>() {}, "''", "0", "1.5", "'2026'", "null");
    refused(new TypeRef<LocalDate>() {}, "''", "[2026,1,1]", "'2026-02-30'");
    refused(new TypeRef<ZoneId>() {}, "''", "'No/Where'");
    refused(new TypeRef<UUID>() {}, "''", "'1-1-1-1-1'");
    refused(new TypeRef<URI>() {}, "' '", "1");
    refused(new TypeRef<Path>() {}, "'\\u0000'", "1");
    refused(new TypeRef<Reason>() {}, "''", "0", "'late'", "'gone'", "null");
    refused(new TypeRef<Optional<Integer>>() {}, "''", "'1'");
    refused(new TypeRef<List<String>>() {}, "'a'", "''", "{}");
    refused(new TypeRef<Map<Integer, String>>() {}, "{'x':'a'}", "[]", "{'1':'a','1':'b'}");
    refused(new TypeRef<Map<Reason, String>>() {}, "{'x':'a'}", "{'0':'a'}");
  }

  @Test
  void messages_ofReading_neverHoldAValue() {
    var text = "'" + SECRET + "'";
    silent(new TypeRef<Integer>() {}, text);
    silent(new TypeRef<Double>() {}, text);
    silent(new TypeRef<Boolean>() {}, text);
    silent(new TypeRef<Character>() {}, text);
    silent(new TypeRef<byte[]>() {}, "'%" + SECRET + "'");
    silent(new TypeRef<BigDecimal>() {}, text);
    silent(new TypeRef<Instant>() {}, text);
    silent(new TypeRef<ZoneId>() {}, text);
    silent(new TypeRef<UUID>() {}, text);
    silent(new TypeRef<URI>() {}, "'%" + SECRET + "'");
    silent(new TypeRef<Path>() {}, "'" + SECRET + "\\u0000'");
    silent(new TypeRef<Reason>() {}, text);
    silent(new TypeRef<Payment>() {}, "{'@type':" + text + "}");
    silent(new TypeRef<Payment>() {}, text);
    silent(SMALL, text);
    silent(SMALL, SECRET);
    silent(SMALL, "{'id':'" + SECRET + "','cents':'" + SECRET + "'}");
    silent(SMALL, "{'not a name " + SECRET + "':1}");
    silent(new TypeRef<Map<String, Integer>>() {}, "{" + text + ":'x'}");
    silent(new TypeRef<Map<String, Integer>>() {}, "{" + text + ":1," + text + ":2}");
    silent(new TypeRef<Map<Reason, Integer>>() {}, "{" + text + ":1}");
    silent(new TypeRef<Map<LocalDate, Integer>>() {}, "{" + text + ":1}");
    silent(new TypeRef<Map<String, Map<String, Small>>>() {}, "{" + text + ":{" + text + ":1}}");
    silent(new TypeRef<Box<Refusing>>() {}, "{'value':{'text':" + text + "}}");
    silent(new TypeRef<Refusing>() {}, "{'text':" + text + "}");
  }

  @Test
  void messages_ofWriting_neverHoldAValue() {
    var fault = fault(() -> PayloadSamples.write(new TypeRef<Throwing>() {}, new Throwing(SECRET)));
    assertThat(fault)
        .contains("can't store the value: $.text: it failed: java.lang.IllegalStateException at ")
        .contains("PayloadStrictTest")
        .doesNotContain(SECRET);
    var map = Map.of(SECRET, new Throwing(SECRET));
    var inMap = fault(() -> PayloadSamples.write(new TypeRef<Map<String, Throwing>>() {}, map));
    assertThat(inMap).contains("$[*].text").doesNotContain(SECRET);
  }

  @Test
  void read_constructorThatRefuses_namesItsExceptionAndPlace() {
    assertThatThrownBy(
            () -> read(new TypeRef<Box<Refusing>>() {}, "{\"value\":{\"text\":\"hunter2\"}}"))
        .hasMessageContaining("$.value: ")
        .hasMessageContaining("refused to be made: java.lang.IllegalArgumentException at ");
  }

  @Test
  void exception_hasWhereAndNoCause() {
    assertThatThrownBy(() -> CODEC.type(SMALL).read("the input of step \"pay\"", bytes("{")))
        .isInstanceOfSatisfying(
            PayloadException.class,
            fault -> assertThat(fault.where()).isEqualTo("the input of step \"pay\""))
        .hasMessageStartingWith("can't read the input of step \"pay\": $")
        .hasNoCause();
  }

  private static void refused(TypeRef<?> type, String... texts) {
    for (var text : texts) {
      assertThatThrownBy(() -> read(type, text.replace('\'', '"')))
          .as("%s as %s", text, type.type())
          .isInstanceOf(PayloadException.class);
    }
  }

  private static void silent(TypeRef<?> type, String json) {
    assertThat(fault(() -> read(type, json.replace('\'', '"'))))
        .as("%s as %s", json, type.type())
        .contains("can't read the value: ")
        .doesNotContain(SECRET);
  }

  private static String fault(Runnable action) {
    try {
      action.run();
    } catch (PayloadException fault) {
      var text = new StringWriter();
      fault.printStackTrace(new PrintWriter(text));
      return text.toString();
    }
    throw new AssertionError("nothing was refused");
  }
}
