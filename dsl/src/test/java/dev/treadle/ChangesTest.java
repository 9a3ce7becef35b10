package dev.treadle;

import static dev.treadle.Fixtures.faultsOf;
import static dev.treadle.Fixtures.gather;
import static dev.treadle.Fixtures.step;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Map;
import org.junit.jupiter.api.Test;

/// Renames and migrations as parts of a graph.
final class ChangesTest {
  private final Step<Object, String, String> a = step("a");
  private final Step<Object, String, String> b = step("b");

  record Old(int number) {}

  record Present(String text) {}

  private WorkflowBuilder<Object, String> graph() {
    return Workflow.builder("w").start(a).edge(a, b);
  }

  @Test
  void renamesAndMigrations_arePartOfTheWorkflow_butNotOfItsFingerprint() {
    var plain = graph().end(b).build();
    var changed =
        graph()
            .rename("one", "two")
            .rename("two", "b")
            .rename("was", "a")
            .migrate("b", Integer.class, String::valueOf)
            .migrateOutput("b", TypeRef.listOf(Integer.class), Object::toString)
            .end(b)
            .build();
    assertThat(plain.changes().renames()).isEmpty();
    assertThat(plain.changes().migrations()).isEmpty();
    assertThat(changed.changes().renames()).isEqualTo(Map.of("one", "b", "two", "b", "was", "a"));
    assertThat(changed.changes().migrations())
        .extracting(Changes.Migration::toString)
        .containsExactly(
            "migrate(\"b\", java.lang.Integer)",
            "migrateOutput(\"b\", java.util.List<java.lang.Integer>)");
    assertThat(changed.changes().migrations().getFirst().toNew().apply(7)).isEqualTo("7");
    assertThat(changed.fingerprint()).isEqualTo(plain.fingerprint());
  }

  @Test
  void contextMigration_isPartOfTheWorkflow() {
    var workflow =
        Workflow.builder("w", Present.class, () -> new Present(""))
            .migrateContext(Old.class, old -> new Present("" + old.number()))
            .start(a)
            .end(a)
            .build();
    var migration = workflow.changes().migrations().getFirst();
    assertThat(migration).hasToString("migrateContext(dev.treadle.ChangesTest$Old)");
    assertThat(migration.target()).isEqualTo(Changes.Target.CONTEXT);
    assertThat(migration.toNew().apply(new Old(3))).isEqualTo(new Present("3"));
  }

  @Test
  void renameOfAPresentStep_isAFault() {
    assertThat(faultsOf(() -> graph().rename("a", "b").end(b).build()))
        .containsExactly("rename(\"a\", \"b\"): \"a\" is a step still: rename only what has gone");
  }

  @Test
  void renameToAStepThatIsMissing_isAFault_alsoInACircle() {
    assertThat(
            faultsOf(
                () -> graph().rename("old", "c").rename("x", "y").rename("y", "x").end(b).build()))
        .containsExactly(
            "rename(\"old\", \"c\"): there is no step \"c\": name a step as it is called now",
            "rename(\"x\", \"y\"): there is no step \"y\": name a step as it is called now",
            "rename(\"y\", \"x\"): there is no step \"x\": name a step as it is called now");
  }

  @Test
  void twoRenamesOfOneName_areAFault() {
    assertThat(faultsOf(() -> graph().rename("old", "a").rename("old", "b").end(b).build()))
        .containsExactly(
            "rename(\"old\", \"b\"): there is rename(\"old\", \"a\") already: keep one");
  }

  @Test
  void migrationOfAMissingStep_ofThePresentType_orPlacedTwice_isAFault() {
    var join = gather("join");
    assertThat(
            faultsOf(() ->
                Workflow.builder("w")
                    .start(a)
                    .edge(a, b)
                    .join(a, b, join)
                    .migrate("gone", Integer.class, n -> n)
                    .migrate("a", String.class, n -> n)
                    .migrate("join", String.class, n -> n)
                    .migrateOutput("a", String.class, n -> n)
                    .migrate("b", Integer.class, n -> n)
                    .migrate("b", Integer.class, n -> n)
                    .end(join)
                    .build()))
        .containsExactly(
            "migrate(\"gone\", java.lang.Integer): there is no step \"gone\": name a step as it is"
                + " called now",
            "migrate(\"a\", java.lang.String): that is the present type: name the older type that"
                + " is stored",
            "migrate(\"join\", java.lang.String): that is the present type: name the older type"
                + " that is stored",
            "migrateOutput(\"a\", java.lang.String): that is the present type: name the older type"
                + " that is stored",
            "migrate(\"b\", java.lang.Integer) is placed twice: keep one");
  }

  @Test
  void contextMigrationWithoutAContext_orFromThePresentClass_isRefused() {
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> Workflow.builder("w").migrateContext(Old.class, old -> old))
        .withMessageContaining("workflow \"w\" has no context to migrate");
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() ->
            Workflow.builder("w", Present.class, () -> new Present(""))
                .migrateContext(Present.class, old -> old))
        .withMessageContaining("is the present type of the context");
  }

  @Test
  void changesAfterBuild_areRefused() {
    var builder = graph();
    assertThat(builder.end(b).build().name()).isEqualTo("w");
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> builder.rename("x", "b"))
        .withMessageContaining("workflow \"w\" is built");
  }
}
