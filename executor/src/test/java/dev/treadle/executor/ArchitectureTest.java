package dev.treadle.executor;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.lang.conditions.ArchConditions.be;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
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
import dev.treadle.executor.spi.StoreLock;
import java.io.ObjectInputStream;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Random;
import java.util.Timer;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.NullMarked;

@AnalyzeClasses(packages = "dev.treadle.executor", importOptions = DoNotIncludeTests.class)
final class ArchitectureTest {
  private static final DescribedPredicate<JavaClass> IN_NULL_MARKED_PACKAGE =
      describe(
          "in a @NullMarked package", type -> type.getPackage().isAnnotatedWith(NullMarked.class));
  private static final DescribedPredicate<JavaClass> SEALED =
      describe("sealed", type -> type.reflect().isSealed());

  @ArchTest
  static void theModuleWasFound(JavaClasses all) {
    assertThat(all).hasSizeGreaterThan(80);
  }

  // --- what the module may use

  @ArchTest
  static final ArchRule dependsOnTheGraphJacksonAndSlf4jOnly =
      classes()
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "dev.treadle",
              "dev.treadle.executor..",
              "java..",
              "jdk.jfr..",
              "org.jspecify.annotations..",
              "org.slf4j..",
              "tools.jackson..",
              "com.fasterxml.jackson.annotation..") // Jackson 3's own annotations live there
          .because("embedded libraries bring little along");

  @ArchTest
  static final ArchRule jacksonStaysInTheCodec =
      noClasses()
          .that()
          .haveSimpleNameNotStartingWith("Payload")
          .and()
          .haveSimpleNameNotStartingWith("Json")
          .and()
          .areTopLevelClasses()
          .should()
          .dependOnClassesThat()
          .resideInAPackage("tools.jackson..")
          .because("payload types are a part that can be exchanged");

  @ArchTest
  static final ArchRule packagesAreFreeOfCycles =
      slices()
          .matching("dev.treadle.executor.(**)")
          .should()
          .beFreeOfCycles()
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule whatStoresImplementKnowsNothingOfTheExecutor =
      noClasses()
          .that()
          .resideInAPackage("dev.treadle.executor.spi")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.treadle.executor");

  // --- what the module shows

  @ArchTest
  static final ArchRule publicTypesAreClosedToInheritance =
      classes()
          .that()
          .arePublic()
          .and()
          .areNotInterfaces()
          .should()
          .haveModifier(JavaModifier.FINAL)
          .orShould(be(SEALED));

  @ArchTest
  static final ArchRule whatStoresImplementIsInterfacesAndData =
      classes()
          .that()
          .resideInAPackage("dev.treadle.executor.spi")
          .and()
          .areTopLevelClasses()
          .and()
          .doNotHaveSimpleName("package-info")
          .should()
          .beInterfaces()
          .orShould()
          .beRecords()
          .orShould()
          .beEnums()
          .orShould()
          .beAssignableTo(Throwable.class)
          .orShould()
          .be(StoreLock.class) // every store on disk needs the same lock, down to its traps
          .because("the store author's side is frozen early");

  @ArchTest
  static final ArchRule packagesAreNullMarked =
      classes().that().arePublic().should(be(IN_NULL_MARKED_PACKAGE));

  @ArchTest
  static final ArchRule publicExceptionsAreOfTheLibrary =
      classes()
          .that()
          .areAssignableTo(Throwable.class)
          .and()
          .arePublic()
          .should()
          .beAssignableTo(TreadleException.class)
          .andShould()
          .haveSimpleNameEndingWith("Exception");

  @ArchTest
  static final ArchRule staticsAreFinal =
      fields().that().areStatic().should().beFinal().allowEmptyShould(true);

  // --- what the code may not do

  @ArchTest
  static final ArchRule onlyOneClassReadsTheClock =
      noClasses()
          .that()
          .areNotAssignableTo(SystemTime.class)
          .should()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .callMethod(Instant.class, "now")
          .orShould()
          .dependOnClassesThat(assignableTo(Clock.class))
          .orShould()
          .dependOnClassesThat(assignableTo(InstantSource.class))
          .because("tests bring their own time");

  @ArchTest
  static final ArchRule nothingSleeps =
      noClasses()
          .should()
          .callMethod(Thread.class, "sleep", long.class)
          .orShould()
          .callMethod(Thread.class, "sleep", java.time.Duration.class)
          .because("a wait has to be bounded, to be woken, and to be a test's to end");

  @ArchTest
  static final ArchRule onlyOneClassHasATimerThread =
      noClasses()
          .that()
          .areNotAssignableTo(SystemTime.class)
          .and()
          // the thread of a store, and the default of what a user may bring
          .areNotAssignableTo(ExecutorBuilder.class)
          .should()
          .callMethod(Thread.class, "ofPlatform")
          .orShould()
          .callMethod(Thread.class, "ofVirtual")
          .orShould()
          .callMethod(Thread.class, "startVirtualThread", Runnable.class)
          .orShould()
          .dependOnClassesThat(assignableTo(ExecutorService.class))
          .orShould()
          .dependOnClassesThat(assignableTo(Executors.class))
          .orShould()
          .dependOnClassesThat(assignableTo(Timer.class))
          .because("threads come from factories that the user can replace");

  @ArchTest
  static final ArchRule locksAreReentrantLocks =
      noMethods()
          .should()
          .haveModifier(JavaModifier.SYNCHRONIZED)
          .because("waits have to be interruptible");

  @ArchTest
  static final ArchRule randomNumbersComeFromTheirOwnGenerators =
      noClasses()
          .should()
          .callConstructor(Random.class)
          .orShould()
          .callConstructor(Random.class, long.class)
          .orShould()
          .callMethod(Math.class, "random");

  @ArchTest
  static final ArchRule neverDeserializesJavaObjects =
      noClasses().should().dependOnClassesThat().areAssignableTo(ObjectInputStream.class);

  @ArchTest
  static final ArchRule nothingHangsOnThreads =
      noClasses().should().dependOnClassesThat().areAssignableTo(ThreadLocal.class);

  @ArchTest static final ArchRule noStreams = NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
  @ArchTest static final ArchRule noBareThrows = NO_CLASSES_SHOULD_THROW_GENERIC_EXCEPTIONS;
  @ArchTest static final ArchRule noJul = NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;

  private ArchitectureTest() {}
}
