package dev.treadle.executor;

/// The executor's notes on a stored signal, as JSON.
///
/// @param awaited what it was sent to
/// @param over whether the entry is no value, but the mark that a wait for it is over
record SignalNote(Awaited awaited, boolean over) {}
