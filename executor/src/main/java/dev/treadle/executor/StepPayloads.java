package dev.treadle.executor;

import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/// How the values around one step are stored. Immutable and safe for use by many threads.
///
/// @param name the step's name
/// @param codec what knows the types
/// @param input of its declared input type
/// @param outputType its declared output type; outputs are stored only where a branch ends or waits
/// @param element of the element type of its input, if it is a join
/// @param signal of the type of the signal that it awaits, if it awaits one
record StepPayloads(
    String name,
    PayloadCodec codec,
    PayloadType<Object> input,
    Type outputType,
    @Nullable PayloadType<Object> element,
    @Nullable PayloadType<Object> signal) {

  byte[] writeInput(Object value) {
    return input.write("the input of step \"" + name + '"', value);
  }

  Object readInput(byte[] payload) {
    return input.read("the input of step \"" + name + '"', payload);
  }

  byte[] writeOutput(Object value) {
    return codec.any(outputType).write("the output of step \"" + name + '"', value);
  }

  Object readOutput(byte[] payload) {
    return codec.any(outputType).read("the output of step \"" + name + '"', payload);
  }

  byte[] writeElement(Object value) {
    return elements().write("a value for the join \"" + name + '"', value);
  }

  Object readElement(byte[] payload) {
    return elements().read("a value for the join \"" + name + '"', payload);
  }

  Object readSignal(String signalName, byte[] payload) {
    return signals().read("the value of signal \"" + signalName + '"', payload);
  }

  private PayloadType<Object> signals() {
    if (signal == null) {
      throw new IllegalStateException("step \"" + name + "\" awaits no signal");
    }
    return signal;
  }

  private PayloadType<Object> elements() {
    if (element == null) {
      throw new IllegalStateException("step \"" + name + "\" is not a join");
    }
    return element;
  }
}
