package dev.treadle.executor;

import dev.treadle.Graph.Ending;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where the outputs of one attempt go and how they are stored: decided on the step's thread before
/// the commit section, since guards and encoders are other people's code. In the order of emission:
/// output first, then route.
///
/// @param targets for each emission the way on, with branches resolved
/// @param payloads for each emission what is stored, or null in a transient run
/// @param outputs for each output of a step that ends what is stored, or null in a transient run
@SuppressWarnings("ArrayRecordComponent") // moved, never compared
record Routing(PlanRoute[] targets, byte @Nullable [][] payloads, byte @Nullable [][] outputs) {

  /// Routes outputs.
  ///
  /// @throws StepDefect if an output can't go on or can't be stored
  static Routing of(PlanStep step, List<?> outputs, boolean durable) throws StepDefect {
    int ways = step.routes.length;
    var targets = new PlanRoute[outputs.size() * ways];
    var payloads = durable ? new byte[targets.length][] : null;
    boolean ends = step.ending == Ending.END || step.ending == Ending.TERMINATE;
    var ended = durable && ends ? new byte[outputs.size()][] : null;
    int at = 0;
    for (int i = 0; i < outputs.size(); i++) {
      var output = outputs.get(i);
      for (var route : step.routes) {
        targets[at] =
            route instanceof PlanRoute.ToArms(var arms) ? choose(step, arms, output) : route;
        if (payloads != null) {
          payloads[at] = encode(targets[at], output);
        }
        at++;
      }
      if (ended != null) {
        ended[i] = StepDefect.guard(() -> step.stored().writeOutput(output));
      }
    }
    return new Routing(targets, payloads, ended);
  }

  /// The arm that takes an output.
  ///
  /// @throws StepDefect if none does, or a guard throws
  static PlanRoute.ToStep choose(PlanStep step, PlanRoute.Arm[] arms, Object output)
      throws StepDefect {
    for (var arm : arms) {
      if (StepDefect.guard(() -> arm.takes().test(output))) {
        return arm.to();
      }
    }
    throw new StepDefect(
        new IllegalStateException(
            "no arm of the branch after step \""
                + step.name
                + "\" takes its output of "
                + output.getClass()
                + "; add an otherwise(…)"));
  }

  private static byte[] encode(PlanRoute target, Object output) throws StepDefect {
    return switch (target) {
      case PlanRoute.ToStep(var to, _) -> StepDefect.guard(() -> to.stored().writeInput(output));
      case PlanRoute.ToJoin(var join, _, _) ->
          StepDefect.guard(() -> join.stored().writeElement(output));
      case PlanRoute.ToArms _ -> throw new IllegalStateException("an arm was not resolved");
    };
  }
}
