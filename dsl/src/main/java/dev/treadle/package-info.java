/// Typed workflow graphs: [dev.treadle.Step] is a node, [dev.treadle.Workflow] the graph of them.
/// Nothing here runs anything; the `executor` module does.
@org.jspecify.annotations.NullMarked
package dev.treadle;
