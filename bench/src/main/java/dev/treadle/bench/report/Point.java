package dev.treadle.bench.report;

/// What a piece of work of one size took.
///
/// @param dimension what grows, such as "items of a fork"
/// @param store where commits go, or "none"
/// @param size how large the work is
/// @param units how many steps or commits were timed
/// @param nanos how long they took in all, in nanoseconds
/// @param heapBytes the heap in use after a collection, at the widest point of the work, beyond
///   what was in use before; -1 if not taken
/// @param storedBytes the size of the store's files at the end; -1 if there is none
/// @param writtenBytes what the process has written meanwhile; -1 if it is not known
public record Point(
    String dimension,
    String store,
    long size,
    long units,
    double nanos,
    long heapBytes,
    long storedBytes,
    long writtenBytes) {}
