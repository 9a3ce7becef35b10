/// Contracts for what users implement: extend [CheckpointStoreContract] for a store of your own.
@org.jspecify.annotations.NullMarked
package dev.treadle.testkit;
