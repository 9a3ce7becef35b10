/// Step commits in a journal of append-only files; [FileCheckpointStore] opens it.
@org.jspecify.annotations.NullMarked
package dev.treadle.checkpoint.file;
