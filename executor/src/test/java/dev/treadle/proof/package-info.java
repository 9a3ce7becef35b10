/// What shows that a store keeps its promises on real machines: real processes, real file systems
/// and real load, for the tests of all stores.
@org.jspecify.annotations.NullMarked
package dev.treadle.proof;
