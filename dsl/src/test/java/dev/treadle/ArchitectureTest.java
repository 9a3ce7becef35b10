package dev.treadle;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.lang.conditions.ArchConditions.be;
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
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.ObjectInputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import org.jspecify.annotations.NullMarked;

@AnalyzeClasses(packages = "dev.treadle", importOptions = DoNotIncludeTests.class)
final class ArchitectureTest {
  private static final DescribedPredicate<JavaClass> IN_NULL_MARKED_PACKAGE =
      describe(
          "in a @NullMarked package", type -> type.getPackage().isAnnotatedWith(NullMarked.class));
  private static final DescribedPredicate<JavaClass> SEALED =
      describe("sealed", type -> type.reflect().isSealed());

  // what users extend: a type is captured by an anonymous subclass, modules have exceptions
  private static final DescribedPredicate<JavaClass> OPEN_BY_DESIGN =
      describe(
          "open by design",
          type ->
              type.isEquivalentTo(TypeRef.class) || type.isEquivalentTo(TreadleException.class));

  // --- what the module may use ---

  @ArchTest
  static final ArchRule dependsOnTheJdkOnly =
      classes()
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage("dev.treadle", "java..", "org.jspecify.annotations..")
          .because("everybody who describes a graph gets this module and what it brings along");

  @ArchTest
  static final ArchRule knowsNoThreadClockOrFile =
      noClasses()
          .should()
          .dependOnClassesThat()
          .belongToAnyOf(Thread.class, Executor.class, Clock.class, InstantSource.class)
          .orShould()
          .dependOnClassesThat()
          .resideInAnyPackage("java.nio.file..", "java.util.concurrent..")
          .because("a graph is a value; running it is the executor's part");

  // --- what the module shows ---

  @ArchTest
  static final ArchRule publicTypesAreClosedToInheritance =
      classes()
          .that()
          .arePublic()
          .and()
          .areNotInterfaces()
          .and(not(OPEN_BY_DESIGN))
          .should()
          .haveModifier(JavaModifier.FINAL)
          .orShould(be(SEALED))
          .because("what can be extended can't be changed");

  @ArchTest
  static final ArchRule packagesAreNullMarked =
      classes()
          .that()
          .arePublic()
          .should(be(IN_NULL_MARKED_PACKAGE))
          .because("nullness is checked only there");

  @ArchTest
  static final ArchRule exceptionsExtendTheBase =
      classes()
          .that()
          .areAssignableTo(Throwable.class)
          .should()
          .beAssignableTo(TreadleException.class)
          .andShould()
          .haveSimpleNameEndingWith("Exception")
          .andShould()
          .bePublic()
          .because("one catch gets them all");

  @ArchTest
  static final ArchRule staticFieldsAreFinal =
      fields().that().areStatic().should().beFinal().because("there is no shared mutable state");

  // --- what the code may not do ---

  @ArchTest
  static final ArchRule readsNoClock =
      noClasses()
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
          .because("time belongs to the executor");

  @ArchTest
  static final ArchRule neverDeserializesJavaObjects =
      noClasses()
          .should()
          .dependOnClassesThat()
          .areAssignableTo(ObjectInputStream.class)
          .because("payloads come from outside");

  @ArchTest
  static final ArchRule carriesNothingInThreads =
      noClasses()
          .should()
          .dependOnClassesThat()
          .areAssignableTo(ThreadLocal.class)
          .because("virtual threads are many");

  @ArchTest static final ArchRule noStreams = NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
  @ArchTest static final ArchRule noBareThrows = NO_CLASSES_SHOULD_THROW_GENERIC_EXCEPTIONS;
  @ArchTest static final ArchRule noJul = NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;

  @ArchTest
  static void looksAtTheWholeModule(JavaClasses imported) {
    assertThat(imported).hasSizeGreaterThan(40);
    assertThat(imported.contain(Step.class)).isTrue();
  }

  private ArchitectureTest() {}
}
