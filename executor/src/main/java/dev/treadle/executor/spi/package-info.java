/// What the author of a checkpoint store implements and gets.
@org.jspecify.annotations.NullMarked
package dev.treadle.executor.spi;
