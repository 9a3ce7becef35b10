package dev.treadle;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// The checked shape of a [Workflow], for the executor and for tools that draw or inspect it. Steps
/// are named; names are unique in a graph. Immutable.
///
/// @param steps the steps in the order of their placing; the first is the start
/// @param scopes the fork-join scopes, an enclosing one before those within it
/// @param undos the steps that undo others, by the name of the step that each undoes; they are not
///   among the steps
public record Graph(List<PlacedStep> steps, List<Scope> scopes, Map<String, Step<?, ?, ?>> undos) {
  /// Copies the lists and the map.
  public Graph {
    steps = List.copyOf(steps);
    scopes = List.copyOf(scopes);
    undos = Map.copyOf(undos);
  }

  /// How a branch of a run ends at a step.
  public enum Ending {
    /// It does not end there.
    NONE,
    /// Each output is an output of the run.
    END,
    /// Outputs are dropped.
    SINK,
    /// The first output is the run's, and the run ends at once.
    TERMINATE
  }

  /// A step in its place.
  ///
  /// @param step the step
  /// @param ending how a branch ends there
  /// @param routes where each output goes, every one of them, in the order of placing
  /// @param fallback the name of the step that gets the input when this one has failed
  /// @param deadline when an await gives up, and where its input goes then
  /// @param scope the fork of the innermost scope that the step lies in; a fork and a join lie
  ///   outside their own scope
  public record PlacedStep(
      Step<?, ?, ?> step,
      Ending ending,
      List<Route> routes,
      Optional<String> fallback,
      Optional<Deadline> deadline,
      Optional<String> scope) {
    /// Copies the routes.
    public PlacedStep {
      Objects.requireNonNull(step, "step");
      Objects.requireNonNull(ending, "ending");
      routes = List.copyOf(routes);
      Objects.requireNonNull(fallback, "fallback");
      Objects.requireNonNull(deadline, "deadline");
      Objects.requireNonNull(scope, "scope");
    }
  }

  /// The time after which an await gives up.
  ///
  /// @param after how long it waits
  /// @param to the name of the step that gets the await's input
  public record Deadline(Duration after, String to) {
    /// Rejects missing parts.
    public Deadline {
      Objects.requireNonNull(after, "after");
      Objects.requireNonNull(to, "to");
    }
  }

  /// A way on for an output.
  public sealed interface Route {

    /// To one step.
    ///
    /// @param to the step's name
    record Edge(String to) implements Route {
      /// Rejects a missing name.
      public Edge {
        Objects.requireNonNull(to, "to");
      }
    }

    /// To the first arm that takes the output. Some arm takes every output that `build()` could
    /// foresee.
    ///
    /// @param arms the arms in the order of placing
    record Branch(List<Arm> arms) implements Route {
      /// Copies the arms.
      public Branch {
        arms = List.copyOf(arms);
      }
    }

    /// To the join that closes an inlined workflow, as the output of a `terminate` in it: the join
    /// fires at once.
    ///
    /// @param join the join step's name
    record Finish(String join) implements Route {
      /// Rejects a missing name.
      public Finish {
        Objects.requireNonNull(join, "join");
      }
    }

    /// Into the list of a join.
    ///
    /// @param join the join step's name
    record Feed(String join) implements Route {
      /// Rejects a missing name.
      public Feed {
        Objects.requireNonNull(join, "join");
      }
    }
  }

  /// One arm of a branch.
  ///
  /// @param label what it takes, for drawings and fingerprints
  /// @param takes whether it takes an output; the guard of a user may throw
  /// @param to the step's name
  public record Arm(String label, Predicate<Object> takes, String to) {
    /// Rejects a missing part.
    public Arm {
      Objects.requireNonNull(label, "label");
      Objects.requireNonNull(takes, "takes");
      Objects.requireNonNull(to, "to");
    }
  }

  /// A fork, its join, and the steps between.
  ///
  /// @param fork the fork's name; each execution of it opens a group
  /// @param join the step that gets the group's values as a list
  /// @param steps the names of the steps between, those of inner scopes included; without fork and
  ///   join
  /// @param enclosing the fork of the innermost scope around this one
  /// @param exits whether an item can leave the scope other than by arriving at the join or ending
  /// @param policy when the join fires
  /// @param workflow the name of the workflow that is inlined between, or empty: the fork is then
  ///   the step that inlines it, and the join, whose name is that of the fork and a slash, gathers
  ///   the outputs and goes on with one
  public record Scope(
      String fork,
      String join,
      Set<String> steps,
      Optional<String> enclosing,
      boolean exits,
      JoinPolicy policy,
      Optional<String> workflow) {
    /// Copies the set.
    public Scope {
      Objects.requireNonNull(fork, "fork");
      Objects.requireNonNull(join, "join");
      steps = Set.copyOf(steps);
      Objects.requireNonNull(enclosing, "enclosing");
      Objects.requireNonNull(policy, "policy");
      Objects.requireNonNull(workflow, "workflow");
    }
  }
}
