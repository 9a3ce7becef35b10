/// Step commits in one SQLite database; [SqliteCheckpointStore] opens it.
@org.jspecify.annotations.NullMarked
package dev.treadle.checkpoint.sqlite;
