package dev.treadle.checkpoint.file;

import java.io.IOException;
import java.util.List;

/// The folder that a journal lies in: all that a store asks of a file system. Names are plain file
/// names. Nothing survives a power loss before it is forced: the bytes of a file by
/// [JournalFile#force], its name by [#force].
///
/// Used by one thread.
interface JournalFolder {

  /// Where it is, for messages.
  String location();

  /// The names of all that lies in it, in no order.
  List<String> names() throws IOException;

  /// Whether there is a file of this name.
  boolean exists(String name);

  /// Creates a file, for its owner only; fails if there is one of that name.
  JournalFile create(String name) throws IOException;

  /// Opens a regular file for reading and writing; links are not followed.
  JournalFile open(String name) throws IOException;

  /// Opens a regular file for reading; links are not followed.
  JournalFile openReadOnly(String name) throws IOException;

  /// Gives a file another name, in place of a file that may have it.
  void rename(String from, String to) throws IOException;

  /// Deletes a file if there is one of this name.
  void delete(String name) throws IOException;

  /// Makes what was created, renamed and deleted durable.
  void force() throws IOException;
}
