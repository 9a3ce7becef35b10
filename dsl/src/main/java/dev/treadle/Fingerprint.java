package dev.treadle;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// The digest of a graph's canonical text: one fact a line, its parts parted by tabs, which no name
/// and no type contains.
final class Fingerprint {
  private final StringBuilder text = new StringBuilder();

  private Fingerprint() {}

  static String of(Header<?> header, Graph graph) {
    var canonical = new Fingerprint();
    canonical.line("workflow", header.name());
    var context = header.context();
    canonical.line("context", context == null ? "" : context.getTypeName());
    for (var placed : graph.steps()) {
      canonical.step(placed);
      canonical.undo(graph.undos().get(placed.step().name()));
    }
    graph.scopes().forEach(canonical::scope);
    return digest(canonical.text.toString());
  }

  private void step(Graph.PlacedStep placed) {
    var step = placed.step();
    line(
        "step",
        step.name(),
        step.inputType().toString(),
        step.outputType().toString(),
        placed.ending().name());
    if (step.body() instanceof StepBody.Await<?, ?, ?, ?> await) {
      line("await", await.signal().name(), await.signal().type().toString());
    }
    if (step.body() instanceof StepBody.AwaitRun<?, ?, ?, ?> await) {
      line("await-run", await.workflow().name());
    }
    placed.routes().forEach(this::route);
    placed.fallback().ifPresent(handler -> line("fallback", handler));
    placed.deadline().ifPresent(late -> line("deadline", late.to()));
  }

  private void scope(Graph.Scope scope) {
    if (scope.workflow().isPresent()) {
      line("inlined", scope.fork(), scope.join());
    } else if (scope.policy() instanceof JoinPolicy.All) {
      line("scope", scope.fork(), scope.join());
    } else {
      line("scope", scope.fork(), scope.join(), scope.policy().toString());
    }
  }

  private void undo(@Nullable Step<?, ?, ?> undo) {
    if (undo != null) {
      line("undo", undo.name(), undo.inputType().toString());
    }
  }

  private void route(Graph.Route route) {
    switch (route) {
      case Graph.Route.Edge(var to) -> line("edge", to);
      case Graph.Route.Feed(var join) -> line("feed", join);
      case Graph.Route.Finish(var join) -> line("finish", join);
      case Graph.Route.Branch(var arms) -> {
        line("branch");
        arms.forEach(arm -> line("arm", arm.label(), arm.to()));
      }
    }
  }

  private void line(String... parts) {
    text.append(String.join("\t", parts)).append('\n');
  }

  private static String digest(String text) {
    try {
      var sha = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
