package dev.treadle.checkpoint.file;

import java.io.IOException;
import java.util.List;

/// A folder that does all by another one but what it overrides.
class ForwardingFolder implements JournalFolder {
  private final JournalFolder behind;

  ForwardingFolder(JournalFolder behind) {
    this.behind = behind;
  }

  /// The file in place of an opened one.
  JournalFile wrap(String name, JournalFile file) {
    return file;
  }

  @Override
  public String location() {
    return behind.location();
  }

  @Override
  public List<String> names() throws IOException {
    return behind.names();
  }

  @Override
  public boolean exists(String name) {
    return behind.exists(name);
  }

  @Override
  public JournalFile create(String name) throws IOException {
    return wrap(name, behind.create(name));
  }

  @Override
  public JournalFile open(String name) throws IOException {
    return wrap(name, behind.open(name));
  }

  @Override
  public JournalFile openReadOnly(String name) throws IOException {
    return behind.openReadOnly(name);
  }

  @Override
  public void rename(String from, String to) throws IOException {
    behind.rename(from, to);
  }

  @Override
  public void delete(String name) throws IOException {
    behind.delete(name);
  }

  @Override
  public void force() throws IOException {
    behind.force();
  }
}
