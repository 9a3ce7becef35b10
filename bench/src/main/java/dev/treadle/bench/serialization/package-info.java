/// What it costs to turn what is stored into bytes and back.
@org.jspecify.annotations.NullMarked
package dev.treadle.bench.serialization;
