package dev.treadle.examples;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchConditions.be;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_THROW_GENERIC_EXCEPTIONS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.treadle.TreadleException;
import dev.treadle.executor.WorkflowExecutor;
import java.io.ObjectInputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.jspecify.annotations.NullMarked;

/// What holds between the modules and within the executor. The graph and the stores have tests of
/// their own.
@AnalyzeClasses(
    packages = {"dev.treadle", "dev.treadle.executor", "dev.treadle.checkpoint"},
    importOptions = DoNotIncludeTests.class)
final class ArchitectureTest {
  private static final String EXECUTOR = "dev.treadle.executor..";
  private static final String SPI = "dev.treadle.executor.spi..";
  private static final DescribedPredicate<JavaClass> IN_NULL_MARKED_PACKAGE =
      describe(
          "in a @NullMarked package", type -> type.getPackage().isAnnotatedWith(NullMarked.class));
  private static final DescribedPredicate<JavaClass> SEALED =
      describe("sealed", type -> type.reflect().isSealed());

  private static final DescribedPredicate<JavaClass> PUBLIC =
      describe("public", type -> type.getModifiers().contains(JavaModifier.PUBLIC));

  // the one place where time passes
  private static final DescribedPredicate<JavaClass> TIME =
      describe("the clock", type -> type.getSimpleName().equals("SystemTime"));

  // --- between the modules ---

  @ArchTest
  static final ArchRule theExecutorSeesNoStore =
      classes()
          .that()
          .resideInAPackage(EXECUTOR)
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "dev.treadle",
              EXECUTOR,
              "java..",
              "jdk.jfr..",
              "tools.jackson..",
              "com.fasterxml.jackson.annotation..",
              "org.slf4j..",
              "org.jspecify.annotations..")
          .because("stores are built behind the SPI, and few things come along");

  @ArchTest
  static final ArchRule theSpiSeesNoEngine =
      noClasses()
          .that()
          .resideInAPackage(SPI)
          .should()
          .dependOnClassesThat(resideInAPackage(EXECUTOR).and(not(resideInAPackage(SPI))))
          .because("a store could reach the engine through it");

  @ArchTest
  static final ArchRule storesSeeOnlyTheSpi =
      noClasses()
          .that()
          .resideInAPackage("dev.treadle.checkpoint..")
          .should()
          .dependOnClassesThat(resideInAPackage(EXECUTOR).and(not(resideInAPackage(SPI))))
          .because("a store never sees the engine");

  @ArchTest
  static final ArchRule nothingDependsOnExamples =
      noClasses()
          .that()
          .resideOutsideOfPackages("dev.treadle.examples..", "dev.treadle.testkit..")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage("dev.treadle.examples..", "dev.treadle.testkit.."))
          .because("they are not for production");

  @ArchTest
  static final ArchRule packagesAreFreeOfCycles =
      slices()
          .matching("dev.treadle.(**)")
          .should()
          .beFreeOfCycles()
          .because("what depends on each other is one package");

  // --- within the executor ---

  @ArchTest
  static final ArchRule publicTypesAreClosedToInheritance =
      classes()
          .that()
          .resideInAPackage(EXECUTOR)
          .and()
          .arePublic()
          .and()
          .areNotInterfaces()
          .should()
          .haveModifier(JavaModifier.FINAL)
          .orShould()
          .haveModifier(JavaModifier.ABSTRACT)
          .orShould(be(SEALED))
          .because("what can be extended can't be changed");

  @ArchTest
  static final ArchRule packagesAreNullMarked =
      classes()
          .that()
          .resideInAPackage("dev.treadle..")
          .and()
          .arePublic()
          .and()
          .resideOutsideOfPackage("dev.treadle.examples")
          .should(be(IN_NULL_MARKED_PACKAGE))
          .because("nullness is checked only there");

  @ArchTest
  static final ArchRule publicExceptionsExtendTheBase =
      classes()
          .that()
          .resideInAPackage(EXECUTOR)
          .and()
          .arePublic()
          .and()
          .areAssignableTo(Throwable.class)
          .should()
          .beAssignableTo(TreadleException.class)
          .andShould()
          .haveSimpleNameEndingWith("Exception")
          .because("one catch gets them all");

  @ArchTest
  static final ArchRule staticFieldsAreFinal =
      fields()
          .that()
          .areStatic()
          .and()
          .areDeclaredInClassesThat(resideInAPackage(EXECUTOR))
          .should()
          .beFinal()
          .because("there is no shared mutable state");

  @ArchTest
  static final ArchRule timeAndChanceComeFromOutside =
      noClasses()
          .that(resideInAPackage(EXECUTOR).and(not(TIME)))
          .should()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(Thread.class, "sleep", long.class)
          .orShould()
          .callMethod(Thread.class, "sleep", Duration.class)
          .orShould()
          .callConstructor(Random.class)
          .because("tests step the clock by hand and run under a seeded scheduler");

  @ArchTest
  static final ArchRule locksCanBeWaitedForWithPatience =
      noMethods()
          .that()
          .areDeclaredInClassesThat(resideInAPackage(EXECUTOR))
          .should()
          .haveModifier(JavaModifier.SYNCHRONIZED)
          .because("a monitor can't be interrupted and hides from the seeded scheduler");

  @ArchTest
  static final ArchRule nothingWaitsOnMonitors =
      noClasses()
          .that()
          .resideInAPackage(EXECUTOR)
          .should()
          .callMethod(Object.class, "wait")
          .orShould()
          .callMethod(Object.class, "notify")
          .orShould()
          .callMethod(Object.class, "notifyAll")
          .because("conditions of locks do the same in sight");

  @ArchTest
  static final ArchRule storedTextNeverBecomesCode =
      noClasses()
          .that()
          .resideInAPackage("dev.treadle..")
          .should()
          .dependOnClassesThat()
          .areAssignableTo(ObjectInputStream.class)
          .orShould()
          .callMethod(Class.class, "forName", String.class)
          .because("whoever can write the store must not be able to run code");

  @ArchTest
  static final ArchRule nothingHangsOnThreads =
      noClasses()
          .that()
          .resideInAPackage(EXECUTOR)
          .should()
          .dependOnClassesThat()
          .areAssignableTo(ThreadLocal.class)
          .because("virtual threads are many");

  @ArchTest
  static final ArchRule accessorsHaveNoPrefix =
      methods()
          .that()
          .arePublic()
          .and()
          .areDeclaredInClassesThat(resideInAPackage(EXECUTOR).and(PUBLIC))
          .should()
          .haveNameNotMatching("get[A-Z].*")
          .because("an accessor is named after what it answers");

  // --- everywhere but in programs ---

  @ArchTest
  static void generalRules(JavaClasses all) {
    var library =
        all.that(describe("of the library", type -> !type.getPackageName().contains("examples")));

    NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(library);
    NO_CLASSES_SHOULD_THROW_GENERIC_EXCEPTIONS.check(library);
    NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING.check(library);
  }

  @ArchTest
  static void looksAtAllModules(JavaClasses all) {
    assertThat(all).hasSizeGreaterThan(200);
    assertThat(all.contain(WorkflowExecutor.class)).isTrue();
    assertThat(all.containPackage("dev.treadle.checkpoint.file")).isTrue();
    assertThat(all.containPackage("dev.treadle.checkpoint.sqlite")).isTrue();
    assertThat(all.containPackage("dev.treadle.executor.spi")).isTrue();
  }

  private ArchitectureTest() {}
}
