package dev.treadle;

import static dev.treadle.Fixtures.gather;
import static dev.treadle.Fixtures.step;
import static dev.treadle.Fixtures.take;
import static dev.treadle.Fixtures.to;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.treadle.Fixtures.Declined;
import dev.treadle.Fixtures.Paid;
import dev.treadle.Fixtures.Payment;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DrawingTest {

  private static Workflow<Object, String, String> everything() {
    var fork = step("fork");
    var middle = gather("middle");
    var total = gather("total");
    var pay = to("pay \"now\"", Payment.class);
    var ship = take("ship", Paid.class);
    var refuse = take("größe <b> & \\n |x| #1", Declined.class);
    var other = take("other", Payment.class);
    var log = step("log");
    var stop = step("stop");
    return Workflow.builder("every & \"thing\"")
        .start(fork)
        .join(fork, fork, middle)
        .join(middle, middle, total)
        .edge(fork, pay)
        .branch(pay)
        .when(Paid.class)
        .to(ship)
        .when(Declined.class)
        .and(declined -> declined.cents() > 0)
        .to(refuse)
        .otherwise(other)
        .edge(total, log)
        .edge(total, stop)
        .onFailure(pay, stop)
        .sink(log)
        .end(ship)
        .end(refuse)
        .end(other)
        .terminate(stop)
        .build();
  }

  @Test
  void toDot_everything_isAsDrawn() {
    assertThat(everything().toDot())
        .isEqualTo(
            """
            digraph "every &amp; \\"thing\\"" {
              rankdir=LR;
              node [shape=box];
              start [shape=point];
              s0 [label="fork", shape=trapezium];
              s1 [label="middle", shape=hexagon];
              s2 [label="total", shape=invtrapezium];
              s3 [label="pay \\"now\\""];
              s4 [label="ship", peripheries=2];
              s5 [label="größe <b> &amp; \\\\n |x| #1", peripheries=2];
              s6 [label="other", peripheries=2];
              s7 [label="log", style=dashed];
              s8 [label="stop", peripheries=3];
              start -> s0;
              s0 -> s1 [arrowhead=odot];
              s0 -> s3;
              s1 -> s2 [arrowhead=odot];
              s2 -> s7;
              s2 -> s8;
              s3 -> s4 [label="Paid"];
              s3 -> s5 [label="Declined, guarded"];
              s3 -> s6 [label="otherwise"];
              s3 -> s8 [label="failure", style=dotted, color=red];
            }
            """);
  }

  @Test
  void toMermaid_everything_isAsDrawn() {
    assertThat(everything().toMermaid())
        .isEqualTo(
            """
            flowchart LR
              start(( ))
              s0[/"fork"\\]
              s1{{"middle"}}
              s2[\\"total"/]
              s3["pay #34;now#34;"]
              s4["ship"]:::ending
              s5["größe #60;b#62; #38; #92;n #124;x#124; #35;1"]:::ending
              s6["other"]:::ending
              s7["log"]:::sinking
              s8["stop"]:::terminating
              start --> s0
              s0 --o s1
              s0 --> s3
              s1 --o s2
              s2 --> s7
              s2 --> s8
              s3 -->|"Paid"| s4
              s3 -->|"Declined, guarded"| s5
              s3 -->|"otherwise"| s6
              s3 -.->|"failure"| s8
              classDef ending stroke-width:3px
              classDef terminating stroke-width:6px
              classDef sinking stroke-dasharray:4
              linkStyle 9 stroke:red
            """);
  }

  @Test
  void toDot_graphviz_readsIt(@TempDir Path folder) throws Exception {
    assumeTrue(isInstalled("dot"), "Graphviz is not installed");
    var file = Files.writeString(folder.resolve("graph.dot"), everything().toDot());

    var dot =
        new ProcessBuilder("dot", "-Tplain", file.toString()).redirectErrorStream(true).start();
    var drawn = new String(dot.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(dot.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(dot.exitValue()).as(drawn).isZero();
    assertThat(drawn).contains("größe <b> & \\\\n");
  }

  private static boolean isInstalled(String command) {
    var path = System.getenv().getOrDefault("PATH", "");
    return Stream.of(path.split(File.pathSeparator, -1))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, command)));
  }
}
