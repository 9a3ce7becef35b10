package dev.treadle.checkpoint.file;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.junit.ArchTests;
import com.tngtech.archunit.lang.ArchRule;
import dev.treadle.executor.StoreRules;

@AnalyzeClasses(
    packages = "dev.treadle.checkpoint.file",
    importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
  @ArchTest static final ArchTests rulesOfStores = ArchTests.in(StoreRules.class);

  @ArchTest
  static final ArchRule dependencies_areFew =
      StoreRules.dependsOnlyOn("dev.treadle.checkpoint.file..", "org.slf4j")
          .because("a store depends on what it writes to and nothing else");

  @ArchTest
  static final ArchRule threads_areNotMade =
      StoreRules.makesNoThreads().because("a store runs on its caller's thread");
}
