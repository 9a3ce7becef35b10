/// For tests of workflows: [CrashEverywhere], [RoundTrip], [VirtualTime], [FaultyStore], [Seeds].
/// For tests of a store of your own: extend [CheckpointStoreContract] and [ScenarioContract].
@org.jspecify.annotations.NullMarked
package dev.treadle.testkit;
