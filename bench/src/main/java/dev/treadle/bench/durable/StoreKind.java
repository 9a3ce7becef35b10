package dev.treadle.bench.durable;

import dev.treadle.executor.spi.CheckpointStore;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;

/// A store to be measured. One more appears everywhere by a class that implements this and its line
/// in `META-INF/services/dev.treadle.bench.durable.StoreKind`.
public interface StoreKind {

  /// What it is called on the page.
  ///
  /// @return letters only
  String name();

  /// Opens a store.
  ///
  /// @param folder where its files go; there may be some of it already
  /// @return the store
  CheckpointStore open(Path folder);

  /// What it makes durable.
  ///
  /// @return a sentence for the page
  String durability();

  /// All kinds.
  ///
  /// @return them, in the order in which they are listed
  static List<StoreKind> all() {
    return ServiceLoader.load(StoreKind.class).stream().map(ServiceLoader.Provider::get).toList();
  }

  /// The names of all kinds.
  ///
  /// @return them, in the same order
  static String[] names() {
    return all().stream().map(StoreKind::name).toArray(String[]::new);
  }

  /// Finds a kind.
  ///
  /// @param name its name
  /// @return the kind
  static StoreKind of(String name) {
    return all().stream()
        .filter(kind -> kind.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no store is called " + name));
  }
}
