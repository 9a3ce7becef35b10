package dev.treadle.examples.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class QuickstartTest {
  @TempDir Path folder;

  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private Path input = Path.of("");
  private Path manifest = Path.of("");

  @BeforeEach
  void makeFolders() throws IOException {
    input = Files.createDirectories(folder.resolve("in"));
    manifest = Files.createDirectories(folder.resolve("out")).resolve("m.sha256");
  }

  @Test
  void run_oddNames_writesTheManifest() throws Exception {
    Tools.oddFiles(input);

    assertThat(start(Sha256::of)).isEqualTo(Report.COMPLETE);

    assertThat(names()).hasSize(Tools.ODD_NAMES.size());
    assertThat(said()).contains("Database  " + folder.resolve("runs.db"));
    assertThat(said()).contains("18 handled now").contains("0 already in the checkpoint");
  }

  @Test
  void run_afterTheEnd_beginsAnew() throws Exception {
    Files.writeString(input.resolve("file"), "abc");
    start(Sha256::of);
    Files.writeString(input.resolve("file"), "abcd");

    assertThat(start(Sha256::of)).isEqualTo(Report.COMPLETE);

    assertThat(manifest)
        .hasContent(
            "88d4266fd4e6338d13b845fcf289579d209c897823b9217da3e161936f031589  "
                + input.resolve("file"));
    assertThat(said()).doesNotContain("Going on");
  }

  @Test
  void run_emptyFolder_writesAnEmptyManifest() throws Exception {
    assertThat(start(Sha256::of)).isEqualTo(Report.COMPLETE);

    assertThat(manifest).isEmptyFile();
  }

  @Test
  void run_filesThatCannotBeRead_areNamedAndTheRestIsWritten() throws Exception {
    files(5);
    Files.createSymbolicLink(input.resolve("link"), Path.of("nowhere"));
    Hasher hasher =
        (file, read) ->
            switch (name(file)) {
              case "0" -> {
                Files.delete(file);
                yield Sha256.of(file, read);
              }
              case "1" -> throw new AccessDeniedException(file.toString());
              case "2" -> throw new IOException("Input/output error");
              default -> Sha256.of(file, read);
            };

    assertThat(start(hasher)).isEqualTo(Report.INCOMPLETE);

    assertThat(names()).containsExactly("3", "4");
    assertThat(said())
        .contains("skipped: 0: vanished while the run was at it\n")
        .contains("skipped: 1: permission denied\n")
        .contains("skipped: 2: Input/output error\n")
        .contains("skipped: link: a link to nothing\n")
        .contains("4 found but not in the manifest");
  }

  @Test
  void run_errorThatPasses_isTriedAgain() throws Exception {
    files(1);
    var attempts = new AtomicInteger();
    Hasher hasher =
        (file, read) -> {
          if (attempts.incrementAndGet() < 3) {
            throw new IOException("Input/output error");
          }
          return Sha256.of(file, read);
        };

    assertThat(start(hasher)).isEqualTo(Report.COMPLETE);

    assertThat(attempts).hasValue(3);
    assertThat(names()).containsExactly("0");
  }

  @Test
  void run_ownFilesWithinTheFolder_areLeftOut() throws Exception {
    files(1);
    manifest = input.resolve("m.sha256");

    assertThat(start("--database=" + input.resolve("runs.db"))).isEqualTo(Report.COMPLETE);
    assertThat(names()).containsExactly("0");
    assertThat(start("--database=" + input.resolve("runs.db"))).isEqualTo(Report.COMPLETE);
    assertThat(names()).containsExactly("0");
  }

  @Test
  void stop_midway_theNextStartGoesOn() throws Exception {
    files(100);
    var others = new CountDownLatch(99);
    var never = new CountDownLatch(1);
    Hasher hasher =
        (file, read) -> {
          if (name(file).equals("50")) {
            return awaitInterrupt(never);
          }
          var hash = Sha256.of(file, read);
          others.countDown();
          return hash;
        };
    var quickstart = quickstart(hasher, "--database=" + folder.resolve("runs.db"));
    try (var thread = Executors.newSingleThreadExecutor()) {
      var status = thread.submit(quickstart::run);
      assertThat(others.await(30, TimeUnit.SECONDS)).isTrue();
      quickstart.stop();
      assertThat(status.get(30, TimeUnit.SECONDS)).isEqualTo(Report.FAILED);
    }
    assertThat(said()).contains("Stopped.");
    assertThat(manifest).doesNotExist();

    assertThat(start(Sha256::of)).isEqualTo(Report.COMPLETE);

    assertThat(names()).hasSize(100);
    assertThat(said())
        .contains("Going on with the run")
        .contains("1 handled now")
        .contains("99 already in the checkpoint");
  }

  @Test
  void run_manifestThatCannotBeWritten_isWrittenByTheNextStart() throws Exception {
    files(3);
    Hasher hasher =
        (file, read) -> {
          Files.deleteIfExists(manifest.getParent());
          return Sha256.of(file, read);
        };

    assertThat(start(hasher)).isEqualTo(Report.FAILED);
    assertThat(said()).contains("Step write failed").contains("The same command goes on");
    Files.createDirectories(manifest.getParent());

    assertThat(start(Sha256::of)).isEqualTo(Report.COMPLETE);
    assertThat(names()).containsExactly("0", "1", "2");
    assertThat(said()).contains("0 handled now").contains("3 already in the checkpoint");
  }

  private static Hasher.Hash awaitInterrupt(CountDownLatch never) throws IOException {
    try {
      never.await();
      throw new IllegalStateException("the latch is never opened");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException().initCause(e);
    }
  }

  private void files(int count) {
    IntStream.range(0, count)
        .forEach(i -> {
          try {
            Files.writeString(input.resolve(String.valueOf(i)), "content " + i);
          } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        });
  }

  private int start(Hasher hasher) throws Exception {
    return quickstart(hasher, "--database=" + folder.resolve("runs.db")).run();
  }

  private int start(String database) throws Exception {
    return quickstart(Sha256::of, database).run();
  }

  private Quickstart quickstart(Hasher hasher, String database) throws Exception {
    written.reset();
    var stream = new PrintStream(written, true, StandardCharsets.UTF_8);
    var settings = Settings.parse("--input=" + input, "--output=" + manifest, database);
    return new Quickstart(settings, Places.of(settings), new Screen(stream, stream, false), hasher);
  }

  private List<String> names() throws IOException {
    var names = new ArrayList<String>();
    for (var line : Files.readString(manifest, StandardCharsets.ISO_8859_1).lines().toList()) {
      names.add(line.substring(line.indexOf(' ') + 2).replace(input + "/", ""));
    }
    return names;
  }

  private String said() {
    return written.toString(StandardCharsets.UTF_8);
  }

  private static String name(Path file) {
    return String.valueOf(file.getFileName());
  }
}
