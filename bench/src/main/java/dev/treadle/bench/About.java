package dev.treadle.bench;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// What a class of benchmarks measures, for the page. An invocation of a benchmark does as many
/// units of work as the product of [#each] and the values of the parameters named in [#by]; figures
/// are given per unit.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface About {
  /// The heading on the page.
  ///
  /// @return a few words
  String title();

  /// What is done and what is to be known before comparing.
  ///
  /// @return sentences
  String text();

  /// The part of the page that it stands in.
  ///
  /// @return the chapter
  Chapter chapter();

  /// What figures are per.
  ///
  /// @return such as "step"
  String unit();

  /// The parameters whose values multiply to the units of an invocation.
  ///
  /// @return their names
  String[] by() default {};

  /// What the units are multiplied with besides.
  ///
  /// @return from 1
  int each() default 1;

  /// The chapters of the page, in their order.
  enum Chapter {
    /// In memory.
    DISPATCH,
    /// From objects to bytes.
    SERIALIZATION,
    /// On disk.
    DURABLE
  }
}
