package dev.treadle;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Thrown when a graph is built that cannot run: it tells every fault at once.
public final class GraphDefinitionException extends TreadleException {
  private static final long serialVersionUID = 1L;
  private static final int SHOWN = 50;

  /// The name of the workflow.
  private final String workflow;

  /// All that is wrong.
  private final String[] faults;

  GraphDefinitionException(String workflow, List<String> faults) {
    super(message(workflow, faults));
    this.workflow = workflow;
    this.faults = faults.toArray(String[]::new);
  }

  /// The name of the workflow.
  ///
  /// @return the name
  public String workflow() {
    return workflow;
  }

  /// All that is wrong, each naming its steps and the way out.
  ///
  /// @return the faults, at least one, in an order that depends on the graph alone
  public List<String> faults() {
    return List.of(faults);
  }

  private static String message(String workflow, List<String> faults) {
    var rest =
        faults.size() > SHOWN
            ? Stream.of("… and %d more".formatted(faults.size() - SHOWN))
            : Stream.<String>of();
    return Stream.concat(faults.stream().limit(SHOWN), rest)
        .map(fault -> "\n- " + fault)
        .collect(
            Collectors.joining(
                "", "workflow \"%s\" has %d fault(s):".formatted(workflow, faults.size()), ""));
  }
}
