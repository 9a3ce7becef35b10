package dev.treadle.executor;

/// A signal to a random run, sent when nothing of the run is in flight.
///
/// @param at when, in milliseconds from the start of the run: half a millisecond later, that is, so
///   that nothing else happens at the same time
/// @param value what comes along
record RandomSending(long at, String signal, String key, RandomToken value) {
  RandomSending at(long other) {
    return new RandomSending(other, signal, key, value);
  }
}
