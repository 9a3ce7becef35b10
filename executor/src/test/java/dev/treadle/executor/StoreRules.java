package dev.treadle.executor;

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
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.ObjectInputStream;
import java.time.Instant;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/// The rules for the module of a store, whichever it is.
public final class StoreRules {
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
    assertThat(all).as("the rules have looked at something").hasSizeGreaterThan(12);
    assertThat(all).allMatch(type -> type.getPackage().isAnnotatedWith(NullMarked.class));
  }

  private StoreRules() {}

  /// A store depends on few things besides the SPI.
  ///
  /// @param packages its own, and those of what it writes by
  public static ArchRule dependsOnlyOn(String... packages) {
    var all =
        Stream.concat(
            Stream.of(
                "dev.treadle",
                "dev.treadle.executor.spi..",
                "java..",
                "org.jspecify.annotations.."),
            Stream.of(packages));
    return classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(all.toArray(String[]::new));
  }

  /// A store runs on its caller's thread.
  ///
  /// @param but classes that have threads of their own
  public static ArchRule makesNoThreads(Class<?>... but) {
    return noClasses()
        .that()
        .doNotBelongToAnyOf(but)
        .should()
        .dependOnClassesThat()
        .areAssignableTo(Executor.class)
        .orShould()
        .callConstructor(Thread.class)
        .orShould()
        .callMethod(Thread.class, "ofPlatform")
        .orShould()
        .callMethod(Thread.class, "ofVirtual");
  }
}
