/// Paging through a source that is larger than memory: a loop with a cursor.
@org.jspecify.annotations.NullMarked
package dev.treadle.examples.paging;
