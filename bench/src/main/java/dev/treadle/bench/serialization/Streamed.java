package dev.treadle.bench.serialization;

import dev.treadle.bench.serialization.Checkpoint.Item;
import dev.treadle.bench.serialization.Checkpoint.Order;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// A writer and a reader by hand, over Jackson's streams: what a hot record might get. The reader
/// takes the fields in the order in which the writer puts them.
final class Streamed {
  private static final JsonFactory FACTORY = new JsonFactory();

  private Streamed() {}

  static byte[] write(Checkpoint value) {
    var bytes = new ByteArrayOutputStream();
    try (var out = FACTORY.createGenerator(ObjectWriteContext.empty(), bytes)) {
      out.writeStartObject();
      out.writeStringProperty("run", value.run());
      out.writeNumberProperty("sequence", value.sequence());
      out.writeName("items");
      out.writeStartArray();
      value.items().forEach(item -> write(out, item));
      out.writeEndArray();
      out.writeEndObject();
    }
    return bytes.toByteArray();
  }

  private static void write(JsonGenerator out, Item item) {
    out.writeStartObject();
    out.writeNumberProperty("id", item.id());
    out.writeStringProperty("step", item.step());
    out.writeStringProperty("path", item.path());
    out.writeNumberProperty("attempt", item.attempt());
    out.writeName("order");
    out.writeStartObject();
    out.writeStringProperty("customer", item.order().customer());
    out.writeNumberProperty("cents", item.order().cents());
    out.writeBooleanProperty("express", item.order().express());
    out.writeStringProperty("note", item.order().note());
    out.writeEndObject();
    out.writeEndObject();
  }

  static Checkpoint read(byte[] bytes) {
    try (var in = FACTORY.createParser(ObjectReadContext.empty(), bytes)) {
      in.nextToken();
      var run = text(in);
      long sequence = number(in);
      in.nextToken();
      in.nextToken();
      List<Item> items = new ArrayList<>();
      while (in.nextToken() == JsonToken.START_OBJECT) {
        items.add(item(in));
      }
      in.nextToken();
      return new Checkpoint(run, sequence, items);
    }
  }

  private static Item item(JsonParser in) {
    long id = number(in);
    var step = text(in);
    var path = text(in);
    int attempt = (int) number(in);
    in.nextToken();
    in.nextToken();
    var order = new Order(text(in), number(in), truth(in), text(in));
    in.nextToken();
    in.nextToken();
    return new Item(id, step, path, attempt, order);
  }

  private static String text(JsonParser in) {
    in.nextToken();
    in.nextToken();
    return in.getString();
  }

  private static long number(JsonParser in) {
    in.nextToken();
    in.nextToken();
    return in.getLongValue();
  }

  private static boolean truth(JsonParser in) {
    in.nextToken();
    in.nextToken();
    return in.getBooleanValue();
  }
}
