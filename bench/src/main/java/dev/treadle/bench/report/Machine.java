package dev.treadle.bench.report;

/// Where it was measured.
///
/// @param cpu the processor's name
/// @param processors how many the JVM may use
/// @param memoryBytes the machine's memory
/// @param os its operating system
/// @param fileSystem what the stores' files lie on
/// @param jvm the Java virtual machine
/// @param flags its options, as given to the forks
public record Machine(
    String cpu,
    int processors,
    long memoryBytes,
    String os,
    String fileSystem,
    String jvm,
    String flags) {}
