package dev.treadle.checkpoint.sqlite;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.junit.ArchTests;
import com.tngtech.archunit.lang.ArchRule;
import dev.treadle.executor.StoreRules;

@AnalyzeClasses(
    packages = "dev.treadle.checkpoint.sqlite",
    importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
  @ArchTest static final ArchTests rulesOfStores = ArchTests.in(StoreRules.class);

  @ArchTest
  static final ArchRule dependencies_areFew =
      StoreRules.dependsOnlyOn("dev.treadle.checkpoint.sqlite..", "org.sqlite")
          .because("a store depends on its driver and nothing else");

  @ArchTest
  static final ArchRule threads_areNotMade =
      StoreRules.makesNoThreads(Backup.class)
          .because("a store runs on its caller's thread; only a backup has one of its own");
}
