/// Benchmarks: `mvn -q -Pbench`.
@org.jspecify.annotations.NullMarked
package dev.treadle.bench;
