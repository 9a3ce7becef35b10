package dev.treadle.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.lang.module.Configuration;
import java.lang.module.ModuleDescriptor.Exports;
import java.lang.module.ModuleFinder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// The modules resolve on the module path and show their interfaces only. Other tests run on the
/// class path and would not notice.
final class ModulePathTest {
  private static final Map<String, Set<String>> EXPORTS =
      Map.of(
          "dev.treadle", Set.of("dev.treadle"),
          "dev.treadle.executor", Set.of("dev.treadle.executor", "dev.treadle.executor.spi"),
          "dev.treadle.checkpoint.file", Set.of("dev.treadle.checkpoint.file"),
          "dev.treadle.checkpoint.sqlite", Set.of("dev.treadle.checkpoint.sqlite"));

  @Test
  void modules_onTheModulePath_resolve() {
    var resolved = resolve();

    assertThat(resolved.modules().stream().map(module -> module.name()))
        .containsAll(EXPORTS.keySet())
        .contains("tools.jackson.databind", "org.slf4j", "org.xerial.sqlitejdbc");
  }

  @Test
  void modules_exports_areTheInterfaces() {
    var exports =
        resolve().modules().stream()
            .filter(module -> module.name().startsWith("dev.treadle"))
            .collect(
                Collectors.toMap(
                    module -> module.name(),
                    module ->
                        module.reference().descriptor().exports().stream()
                            .map(Exports::source)
                            .collect(Collectors.toSet())));

    assertThat(exports).isEqualTo(EXPORTS);
  }

  private static Configuration resolve() {
    var own = Path.of("target").toAbsolutePath();
    var path =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .map(Path::of)
            .filter(entry -> entry.toFile().exists())
            .filter(entry -> !entry.startsWith(own))
            .toArray(Path[]::new);
    return Configuration.resolve(
        ModuleFinder.of(path),
        List.of(ModuleLayer.boot().configuration()),
        ModuleFinder.of(),
        EXPORTS.keySet());
  }
}
