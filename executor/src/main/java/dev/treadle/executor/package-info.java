/// Runs workflows: in memory, or durably with a checkpoint store.
@org.jspecify.annotations.NullMarked
package dev.treadle.executor;
