package dev.treadle.checkpoint.sqlite;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_THROW_GENERIC_EXCEPTIONS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.ObjectInputStream;
import java.time.Instant;
import java.util.concurrent.Executor;
import org.jspecify.annotations.NullMarked;

@AnalyzeClasses(
    packages = "dev.treadle.checkpoint.sqlite",
    importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
  @ArchTest
  static final ArchRule engine_isOutOfSight =
      noClasses()
          .should()
          .dependOnClassesThat(
              JavaClass.Predicates.resideInAPackage("dev.treadle.executor..")
                  .and(
                      DescribedPredicate.not(
                          JavaClass.Predicates.resideInAPackage("dev.treadle.executor.spi.."))))
          .because("a store sees only the SPI");

  @ArchTest
  static final ArchRule dependencies_areFew =
      classes()
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "dev.treadle",
              "dev.treadle.executor.spi..",
              "dev.treadle.checkpoint.sqlite..",
              "java..",
              "org.sqlite",
              "org.jspecify.annotations..")
          .because("a store depends on its driver and nothing else");

  @ArchTest
  static final ArchRule publicTypes_areFinal =
      classes()
          .that()
          .arePublic()
          .and()
          .areNotInterfaces()
          .should()
          .haveModifier(JavaModifier.FINAL)
          .because("nobody is meant to extend them");

  @ArchTest
  static final ArchRule statics_areFinal =
      fields().that().areStatic().should().beFinal().because("there is no hidden global state");

  @ArchTest
  static final ArchRule clock_isNotRead =
      noClasses()
          .should()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(Thread.class, "sleep", long.class)
          .because("times come with the commits");

  @ArchTest
  static final ArchRule threads_areNotMade =
      noClasses()
          .that()
          .doNotBelongToAnyOf(Backup.class)
          .should()
          .dependOnClassesThat()
          .areAssignableTo(Executor.class)
          .orShould()
          .callConstructor(Thread.class)
          .orShould()
          .callMethod(Thread.class, "ofPlatform")
          .orShould()
          .callMethod(Thread.class, "ofVirtual")
          .because("a store runs on its caller's thread; only a backup has one of its own");

  @ArchTest
  static final ArchRule hazards_areAbsent =
      noClasses()
          .should()
          .dependOnClassesThat()
          .areAssignableTo(ObjectInputStream.class)
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(ThreadLocal.class)
          .orShould()
          .callMethod(Class.class, "forName", String.class)
          .because("stored bytes never become code");

  @ArchTest static final ArchRule streams = NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
  @ArchTest static final ArchRule logging = NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;
  @ArchTest static final ArchRule exceptions = NO_CLASSES_SHOULD_THROW_GENERIC_EXCEPTIONS;

  @ArchTest
  static void package_isNullMarked(JavaClasses all) {
    assertThat(SqliteCheckpointStore.class.getPackage().isAnnotationPresent(NullMarked.class))
        .isTrue();
    assertThat(all).as("the rules have looked at something").hasSizeGreaterThan(12);
  }
}
