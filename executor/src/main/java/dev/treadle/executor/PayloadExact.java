package dev.treadle.executor;

import java.util.Iterator;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.BeanProperty;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.ser.PropertyWriter;
import tools.jackson.databind.util.NameTransformer;

/// Writes the objects of a class that has or may have subclasses, and refuses those of a subclass:
/// they would come back as the class itself.
final class PayloadExact extends ValueSerializer<Object> {
  private final Class<?> type;
  private final ValueSerializer<Object> writer;

  PayloadExact(Class<?> type, ValueSerializer<Object> writer) {
    this.type = type;
    this.writer = writer;
  }

  @Override
  public void resolve(SerializationContext context) {
    writer.resolve(context);
  }

  @Override
  @SuppressWarnings("unchecked") // a serializer of beans stays one
  public ValueSerializer<?> createContextual(SerializationContext context, BeanProperty property) {
    var contextual = (ValueSerializer<Object>) writer.createContextual(context, property);
    return contextual.equals(writer) ? this : new PayloadExact(type, contextual);
  }

  @Override
  public void serialize(Object value, JsonGenerator out, SerializationContext context) {
    if (value.getClass() != type) {
      context.reportBadDefinition(
          type, value.getClass().getName() + " is a subclass of the declared class", null);
    }
    writer.serialize(value, out, context);
  }

  // the caller, a sealed type, has looked at the class
  @Override
  public ValueSerializer<Object> unwrappingSerializer(NameTransformer names) {
    return writer.unwrappingSerializer(names);
  }

  @Override
  public ValueSerializer<?> getDelegatee() {
    return writer;
  }

  @Override
  public Iterator<PropertyWriter> properties() {
    return writer.properties();
  }
}
