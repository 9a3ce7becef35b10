/// What it costs to make steps durable.
@org.jspecify.annotations.NullMarked
package dev.treadle.bench.durable;
