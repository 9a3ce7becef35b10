package dev.treadle.executor;

import org.jspecify.annotations.Nullable;

/// How the values around one step are stored. Immutable and safe for use by many threads.
///
/// @param name the step's name
/// @param input of its declared input type
/// @param inputs of that and the older types of its input
/// @param outputs of its declared output type and the older ones; outputs are stored only where a
///   branch ends or waits
/// @param element of the element type of its input and the older ones, if it is a join
/// @param signal of the type of the signal that it awaits, if it awaits one
record StepPayloads(
    String name,
    PayloadType<Object> input,
    PayloadVersions inputs,
    PayloadVersions outputs,
    @Nullable PayloadVersions element,
    @Nullable PayloadType<Object> signal) {

  byte[] writeInput(Object value) {
    return input.write("the input of step \"" + name + '"', value);
  }

  Object readInput(byte[] payload) {
    return inputRead(payload).value();
  }

  byte[] writeOutput(Object value) {
    return outputs.write("the output of step \"" + name + '"', value);
  }

  Object readOutput(byte[] payload) {
    return outputRead(payload).value();
  }

  byte[] writeElement(Object value) {
    return elements().write("a value for the join \"" + name + '"', value);
  }

  Object readElement(byte[] payload) {
    return elementRead(payload).value();
  }

  PayloadVersions.Read inputRead(byte[] payload) {
    return inputs.read("the input of step \"" + name + '"', payload);
  }

  PayloadVersions.Read outputRead(byte[] payload) {
    return outputs.read("the output of step \"" + name + '"', payload);
  }

  PayloadVersions.Read elementRead(byte[] payload) {
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

  private PayloadVersions elements() {
    if (element == null) {
      throw new IllegalStateException("step \"" + name + "\" is not a join");
    }
    return element;
  }
}
