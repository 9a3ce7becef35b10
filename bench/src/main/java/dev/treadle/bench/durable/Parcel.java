package dev.treadle.bench.durable;

import java.io.Serial;
import java.io.Serializable;

/// What goes from step to step: about 200 bytes as JSON. Serializable, as some peers want it so.
///
/// @param id some text
/// @param text 150 characters
/// @param count how many steps it has been through
public record Parcel(String id, String text, long count) implements Serializable {
  @Serial private static final long serialVersionUID = 1L;

  /// One that has been through no step.
  ///
  /// @return the parcel
  public static Parcel first() {
    return new Parcel("parcel-0001", "y".repeat(150), 0);
  }

  /// The work of a step.
  ///
  /// @return the parcel after one more step
  public Parcel next() {
    return new Parcel(id, text, count + 1);
  }

  static void check(String subject, Parcel last, int steps) {
    if (last.count() != steps) {
      throw new IllegalStateException(subject + " did " + last.count() + " steps, not " + steps);
    }
  }
}
