/// How time, heap and store grow with the work.
@org.jspecify.annotations.NullMarked
package dev.treadle.bench.scale;
