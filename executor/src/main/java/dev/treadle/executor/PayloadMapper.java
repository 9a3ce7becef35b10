package dev.treadle.executor;

import com.fasterxml.jackson.annotation.JsonFormat;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Queue;
import java.util.SequencedCollection;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.StreamWriteConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationConfig;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.deser.Deserializers;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.Serializers;
import tools.jackson.databind.ser.ValueSerializerModifier;
import tools.jackson.databind.ser.bean.BeanSerializerBase;
import tools.jackson.databind.type.LogicalType;

/// Jackson, set up for payloads: by declared type, strict, within limits.
final class PayloadMapper {
  /// The most digits that one number may have; reading them takes more than linear time.
  static final int MAX_DIGITS = 100_000;

  private PayloadMapper() {}

  static JsonMapper of(PayloadLimits limits) {
    return JsonMapper.builder(factory(limits))
        .annotationIntrospector(new PayloadAnnotations())
        .addModule(module())
        // a sealed type, an element, an argument is written as what it is declared to be
        .enable(MapperFeature.USE_STATIC_TYPING)
        .enable(MapperFeature.INFER_RECORD_GETTERS_FROM_COMPONENTS_ONLY)
        .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
        .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .enable(DeserializationFeature.FAIL_ON_IGNORED_PROPERTIES)
        .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
        .disable(EnumFeature.WRITE_ENUMS_USING_TO_STRING)
        .disable(EnumFeature.READ_ENUMS_USING_TO_STRING)
        .enable(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
        .withCoercionConfig(
            LogicalType.Textual,
            config ->
                config
                    .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail)
                    .setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                    .setCoercion(CoercionInputShape.Float, CoercionAction.Fail))
        .build();
  }

  private static JsonFactory factory(PayloadLimits limits) {
    return JsonFactory.builder()
        .streamReadConstraints(
            StreamReadConstraints.builder()
                .maxDocumentLength(limits.maxBytes())
                .maxStringLength(limits.maxStringLength())
                .maxNameLength(limits.maxStringLength())
                .maxNestingDepth(limits.maxDepth())
                .maxTokenCount(limits.maxTokens())
                .maxNumberLength(MAX_DIGITS)
                .build())
        .streamWriteConstraints(
            StreamWriteConstraints.builder().maxNestingDepth(limits.maxDepth()).build())
        .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .enable(StreamReadFeature.USE_FAST_BIG_NUMBER_PARSER)
        .build();
  }

  private static SimpleModule module() {
    var module = new PayloadModule();
    PayloadText.ALL.forEach(text -> text.addTo(module));
    module.addDeserializer(byte[].class, new Bytes());
    // left alone, a map with enum keys would lose its order
    module.addAbstractTypeMapping(Map.class, LinkedHashMap.class);
    module.addAbstractTypeMapping(Set.class, LinkedHashSet.class);
    module.addAbstractTypeMapping(SequencedSet.class, LinkedHashSet.class);
    module.addAbstractTypeMapping(SequencedMap.class, LinkedHashMap.class);
    module.addAbstractTypeMapping(SequencedCollection.class, ArrayList.class);
    module.addAbstractTypeMapping(Deque.class, ArrayDeque.class);
    module.addAbstractTypeMapping(Queue.class, ArrayDeque.class);
    module.setSerializerModifier(new ExactClasses());
    return module;
  }

  private static final class PayloadModule extends SimpleModule {
    private static final long serialVersionUID = 1L;

    PayloadModule() {
      super("treadle-payload");
    }

    @Override
    public void setupModule(SetupContext context) {
      super.setupModule(context);
      context.addSerializers(new SealedSerializers());
      context.addDeserializers(new SealedDeserializers());
    }
  }

  private static final class SealedSerializers implements Serializers {
    @Override
    public @Nullable ValueSerializer<?> findSerializer(
        SerializationConfig config,
        JavaType type,
        BeanDescription.Supplier description,
        JsonFormat.Value format) {
      return PayloadSealed.is(type.getRawClass()) ? new PayloadSealed.Writer(type) : null;
    }
  }

  private static final class SealedDeserializers extends Deserializers.Base {
    @Override
    public @Nullable ValueDeserializer<?> findBeanDeserializer(
        JavaType type, DeserializationConfig config, BeanDescription.Supplier description) {
      return PayloadSealed.is(type.getRawClass()) ? new PayloadSealed.Reader(type) : null;
    }

    @Override
    public boolean hasDeserializerFor(DeserializationConfig config, Class<?> type) {
      return PayloadSealed.is(type);
    }
  }

  private static final class ExactClasses extends ValueSerializerModifier {
    private static final long serialVersionUID = 1L;

    @Override
    public ValueSerializer<?> modifySerializer(
        SerializationConfig config,
        BeanDescription.Supplier description,
        ValueSerializer<?> serializer) {
      var type = description.getBeanClass();
      return serializer instanceof BeanSerializerBase beans
              && !Modifier.isFinal(type.getModifiers())
          ? new PayloadExact(type, beans)
          : serializer;
    }
  }

  private static final class Bytes extends ValueDeserializer<byte[]> {
    @Override
    public byte[] deserialize(JsonParser in, DeserializationContext context) {
      if (in.currentToken() != JsonToken.VALUE_STRING) {
        return context.reportInputMismatch(byte[].class, "not text");
      }
      return in.getBinaryValue();
    }

    @Override
    public boolean isCachable() {
      return true;
    }
  }
}
