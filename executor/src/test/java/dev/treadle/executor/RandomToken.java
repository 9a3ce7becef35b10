package dev.treadle.executor;

/// What goes through a random graph.
///
/// @param value decides what steps do with it
/// @param fuel falls with each step; loops end without
record RandomToken(long value, int fuel) {}
