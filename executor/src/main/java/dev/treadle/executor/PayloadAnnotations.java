package dev.treadle.executor;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.exc.InvalidDefinitionException;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.AnnotatedClass;
import tools.jackson.databind.introspect.AnnotatedMember;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.databind.introspect.ObjectIdInfo;
import tools.jackson.databind.jsontype.NamedType;
import tools.jackson.databind.ser.BeanPropertyWriter;
import tools.jackson.databind.util.NameTransformer;

/// Which of Jackson's annotations on payload types count. Names, creators, ignored properties and
/// serializers do. What could choose a class by stored text, or leave a value out by what it is, is
/// refused or without effect.
final class PayloadAnnotations extends JacksonAnnotationIntrospector {
  private static final long serialVersionUID = 1L;
  private static final Set<JsonTypeInfo.Id> BY_CLASS =
      Set.of(JsonTypeInfo.Id.CLASS, JsonTypeInfo.Id.MINIMAL_CLASS, JsonTypeInfo.Id.CUSTOM);
  private static final Set<Class<?>> OPTIONALS =
      Set.of(Optional.class, OptionalInt.class, OptionalLong.class, OptionalDouble.class);

  @Override
  public JsonTypeInfo.@Nullable Value findPolymorphicTypeInfo(
      MapperConfig<?> config, Annotated annotated) {
    var info = super.findPolymorphicTypeInfo(config, annotated);
    if (info != null && BY_CLASS.contains(info.getIdType())) {
      throw refused(
          annotated,
          "@JsonTypeInfo by class would let stored text choose a class; remove it and seal the"
              + " type");
    }
    return null;
  }

  @Override
  public @Nullable Object findTypeResolverBuilder(MapperConfig<?> config, Annotated annotated) {
    if (super.findTypeResolverBuilder(config, annotated) != null) {
      throw refused(annotated, "@JsonTypeResolver is not accepted; remove it and seal the type");
    }
    return null;
  }

  @Override
  public @Nullable Object findTypeIdResolver(MapperConfig<?> config, Annotated annotated) {
    if (super.findTypeIdResolver(config, annotated) != null) {
      throw refused(annotated, "@JsonTypeIdResolver is not accepted; remove it and seal the type");
    }
    return null;
  }

  @Override
  public List<NamedType> findSubtypes(MapperConfig<?> config, Annotated annotated) {
    return List.of();
  }

  @Override
  public @Nullable ObjectIdInfo findObjectIdInfo(MapperConfig<?> config, Annotated annotated) {
    if (super.findObjectIdInfo(config, annotated) != null) {
      throw refused(annotated, "@JsonIdentityInfo is not accepted; a payload is a tree of values");
    }
    return null;
  }

  @Override
  public @Nullable ReferenceProperty findReferenceType(
      MapperConfig<?> config, AnnotatedMember member) {
    if (super.findReferenceType(config, member) != null) {
      throw refused(member, "managed and back references are not accepted");
    }
    return null;
  }

  @Override
  public @Nullable NameTransformer findUnwrappingNameTransformer(
      MapperConfig<?> config, AnnotatedMember member) {
    if (super.findUnwrappingNameTransformer(config, member) != null) {
      throw refused(member, "@JsonUnwrapped is not accepted");
    }
    return null;
  }

  @Override
  public @Nullable Boolean hasAnyGetter(MapperConfig<?> config, Annotated annotated) {
    return none(annotated, "@JsonAnyGetter", super.hasAnyGetter(config, annotated));
  }

  @Override
  public @Nullable Boolean hasAnySetter(MapperConfig<?> config, Annotated annotated) {
    return none(annotated, "@JsonAnySetter", super.hasAnySetter(config, annotated));
  }

  @Override
  public @Nullable Object findSerializer(MapperConfig<?> config, Annotated annotated) {
    if (annotated.hasAnnotation(JsonRawValue.class)) {
      throw refused(annotated, "@JsonRawValue is not accepted");
    }
    return super.findSerializer(config, annotated);
  }

  /// A missing number must not be read as zero.
  @Override
  public @Nullable Boolean hasRequiredMarker(MapperConfig<?> config, AnnotatedMember member) {
    return member.getRawType().isPrimitive()
        ? Boolean.TRUE
        : super.hasRequiredMarker(config, member);
  }

  /// A missing value must not come back as an empty one.
  @Override
  public @Nullable Object findNullSerializer(MapperConfig<?> config, Annotated annotated) {
    return OPTIONALS.contains(annotated.getRawType())
        ? new NullOptional()
        : super.findNullSerializer(config, annotated);
  }

  @Override
  public JsonInclude.Value findPropertyInclusion(MapperConfig<?> config, Annotated annotated) {
    return JsonInclude.Value.empty();
  }

  @Override
  public JsonFormat.@Nullable Value findFormat(MapperConfig<?> config, Annotated annotated) {
    return null;
  }

  @Override
  public Class<?> @Nullable [] findViews(MapperConfig<?> config, Annotated annotated) {
    return null;
  }

  @Override
  public @Nullable Object findFilterId(MapperConfig<?> config, Annotated annotated) {
    return null;
  }

  @Override
  public void findAndAddVirtualProperties(
      MapperConfig<?> config, AnnotatedClass type, List<BeanPropertyWriter> properties) {
    // what is not a property of the value could not be read back
  }

  private static @Nullable Boolean none(
      Annotated annotated, String annotation, @Nullable Boolean has) {
    if (Boolean.TRUE.equals(has)) {
      throw refused(annotated, annotation + " is not accepted; use a map as a property");
    }
    return has;
  }

  private static InvalidDefinitionException refused(Annotated annotated, String why) {
    return InvalidDefinitionException.from(
        (JsonParser) null, why + " (on " + annotated.getName() + ")", annotated.getType());
  }

  private static final class NullOptional extends ValueSerializer<Object> {
    @Override
    public void serialize(Object value, JsonGenerator out, SerializationContext context) {
      throw InvalidDefinitionException.from(
          out,
          "it is null where an Optional is declared; give an empty one",
          context.constructType(Optional.class));
    }
  }
}
