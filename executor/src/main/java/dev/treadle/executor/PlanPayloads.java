package dev.treadle.executor;

import dev.treadle.Changes;
import dev.treadle.Graph;
import dev.treadle.StepBody;
import dev.treadle.TypeRef;
import dev.treadle.Workflow;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How the values of a workflow are stored. Immutable and safe for use by many threads.
///
/// @param codec what writes and reads them
/// @param context of the workflow's context class, or null if it has none
/// @param contextVersions of that and the older types of the context, or null if it has none
record PlanPayloads(
    PayloadCodec codec,
    @Nullable PayloadType<Object> context,
    @Nullable PayloadVersions contextVersions) {

  /// Gives each step its types and checks that each reads back what it writes.
  ///
  /// @throws PayloadException if some don't, naming the steps
  static PlanPayloads of(
      Workflow<?, ?, ?> workflow, Map<String, PlanStep> steps, PayloadCodec codec) {
    var faults = new ArrayList<String>();
    for (var placed : workflow.graph().steps()) {
      var step = placed.step();
      faults.addAll(codec.faults("the input of step \"" + step.name() + '"', step.inputType()));
      if (placed.ending() == Graph.Ending.END || placed.ending() == Graph.Ending.TERMINATE) {
        faults.addAll(codec.faults("the output of step \"" + step.name() + '"', step.outputType()));
      }
      if (step.body() instanceof StepBody.Await<?, ?, ?, ?> await) {
        var signal = await.signal();
        faults.addAll(codec.faults("the value of signal \"" + signal.name() + '"', signal.type()));
      }
    }
    workflow
        .graph()
        .undos()
        .forEach((name, undo) ->
            faults.addAll(
                codec.faults("what the undo of step \"" + name + "\" gets", undo.inputType())));
    var migrations = workflow.changes().migrations();
    for (var migration : migrations) {
      faults.addAll(codec.faults("the older type of " + migration, migration.old()));
    }
    var context = workflow.contextType().map(TypeRef::of);
    context.ifPresent(type -> faults.addAll(codec.faults("the context", type)));
    if (!faults.isEmpty()) {
      var where = "workflow \"" + workflow.name() + '"';
      throw new PayloadException(where, where + " can't be stored: " + String.join("; ", faults));
    }
    var joins = new HashSet<String>();
    workflow.graph().scopes().forEach(scope -> joins.add(scope.join()));
    for (var step : steps.values()) {
      var own = migrations.stream().filter(way -> way.step().equals(step.name)).toList();
      step.payloads = stored(step, joins.contains(step.name), codec, own);
      if (step.undo != null) {
        step.undo.payloads = stored(step.undo, false, codec, List.of());
      }
    }
    if (context.isEmpty()) {
      return new PlanPayloads(codec, null, null);
    }
    var type = context.get().type();
    return new PlanPayloads(
        codec,
        codec.any(type),
        new PayloadVersions(codec, type, of(migrations, Changes.Target.CONTEXT)));
  }

  /// How the context is stored, in a workflow that has one.
  PayloadType<Object> contexts() {
    if (context == null) {
      throw new IllegalStateException("the workflow has no context");
    }
    return context;
  }

  /// How the context is read, in a workflow that has one.
  PayloadVersions contextsOfAllVersions() {
    if (contextVersions == null) {
      throw new IllegalStateException("the workflow has no context");
    }
    return contextVersions;
  }

  private static StepPayloads stored(
      PlanStep step, boolean joins, PayloadCodec codec, List<Changes.Migration> own) {
    var input = step.step.inputType().type();
    var output = step.step.outputType().type();
    var inputs = of(own, Changes.Target.INPUT);
    return new StepPayloads(
        step.name,
        codec.any(input),
        new PayloadVersions(codec, input, joins ? List.of() : inputs),
        new PayloadVersions(codec, output, of(own, Changes.Target.OUTPUT)),
        joins ? new PayloadVersions(codec, element(input), inputs) : null,
        step.await == null || step.await.signal == null
            ? null
            : codec.any(step.await.signal.type().type()));
  }

  private static List<Changes.Migration> of(
      List<Changes.Migration> migrations, Changes.Target target) {
    return migrations.stream().filter(way -> way.target() == target).toList();
  }

  /// The element type of a join's input, which is a list.
  private static Type element(Type list) {
    return ((ParameterizedType) list).getActualTypeArguments()[0];
  }
}
