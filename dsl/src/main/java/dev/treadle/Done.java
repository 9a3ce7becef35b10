package dev.treadle;

import java.util.List;
import java.util.Objects;

/// What an undo gets: one execution of a step that is to be made undone.
///
/// @param input what the step got
/// @param outputs what it gave out, in order; none if it held its item, and none if the outcome is
///   unknown
/// @param known whether the outcome is known. If not, the attempt was cut or given up while it ran:
///   its effect may or may not be there, so look for it by the key
/// @param idempotencyKey what [StepContext#idempotencyKey()] was in the step; in a batch, the
///   elements had this key with `-` and their index behind it
/// @param <I> the type of the step's input
/// @param <O> the type of the step's outputs
public record Done<I, O>(I input, List<O> outputs, boolean known, String idempotencyKey) {
  /// Copies the list and rejects missing parts.
  public Done {
    if (input == null) {
      throw new NullPointerException("input");
    }
    outputs = List.copyOf(outputs);
    Objects.requireNonNull(idempotencyKey, "idempotencyKey");
  }

  /// The type of what an undo of a step gets, for an undo that is made by [Step#types].
  ///
  /// @param step the step that is to be undone
  /// @param <In> the type of the step's input
  /// @param <Out> the type of the step's outputs
  /// @return the type
  public static <In, Out> TypeRef<Done<In, Out>> type(Step<?, In, Out> step) {
    return TypeRef.done(step.inputType(), step.outputType());
  }
}
