/// What it costs to go from one step to the next in memory.
@org.jspecify.annotations.NullMarked
package dev.treadle.bench.dispatch;
