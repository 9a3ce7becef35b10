package dev.treadle.examples.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class ReporterTest {
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final PrintStream stream = new PrintStream(written, true, StandardCharsets.UTF_8);
  private final AtomicLong nanos = new AtomicLong(1);
  private final Progress progress = new Progress();

  @Test
  void tick_noTerminal_speaksNowAndThen() {
    var reporter = new Reporter(progress, screen(false), nanos::get);
    reporter.tick();
    progress.begin(new Totals(10, 1000, 0, 0));
    reporter.tick();
    later(reporter, 4);
    assertThat(text()).isEmpty();

    progress.done(500);
    later(reporter, 1);
    later(reporter, 4);

    assertThat(text()).isEqualTo("1 of 10 files, 500 B of 1.0 kB, 100 B/s, 0:44 left\n");
  }

  @Test
  void tick_terminal_drawsOverOneLine() {
    var reporter = new Reporter(progress, screen(true), nanos::get);
    reporter.tick();
    progress.begin(new Totals(4, 0, 0, 0));
    reporter.tick();
    progress.done(0);
    later(reporter, 1);

    assertThat(text())
        .isEqualTo(
            "\r\u001b[Klisting the folder, 0:00"
                + "\r\u001b[K[................]   0%  0/4 files  0 B/0 B  0 B/s  -:-- left"
                + "\r\u001b[K[####............]  25%  1/4 files  0 B/0 B  0 B/s  0:03 left");
  }

  @Test
  void tick_resumedRun_tellsOnceWhatIsInTheCheckpoint() {
    var reporter = new Reporter(progress, screen(false), nanos::get);
    progress.begin(new Totals(10, 1000, 4, 400));
    reporter.tick();
    reporter.tick();

    assertThat(text())
        .isEqualTo("4 of 10 files (400 B) are in the checkpoint and are not hashed again.\n");
  }

  @Test
  void print_afterDrawing_clearsTheLine() {
    var screen = screen(true);
    screen.draw("bar");
    screen.print("line");
    screen.print("next");

    assertThat(text()).isEqualTo("\r\u001b[Kbar\r\u001b[Kline\nnext\n");
  }

  @Test
  void snapshot_attemptThatFailed_isTakenBack() {
    progress.begin(new Totals(2, 100, 0, 0));
    try (var attempt = progress.attempt()) {
      attempt.read(30);
      assertThat(progress.snapshot()).isEqualTo(new Progress.Snapshot(0, 2, 30, 100, 0, 0));
    }

    assertThat(progress.snapshot()).isEqualTo(new Progress.Snapshot(0, 2, 0, 100, 0, 0));
  }

  @Test
  void begin_twice_countsTheFirst() {
    progress.begin(new Totals(2, 100, 1, 50));
    progress.begin(new Totals(2, 100, 2, 100));

    assertThat(progress.snapshot()).isEqualTo(new Progress.Snapshot(1, 2, 50, 100, 1, 50));
  }

  private void later(Reporter reporter, long seconds) {
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
    reporter.tick();
  }

  private Screen screen(boolean terminal) {
    return new Screen(stream, stream, terminal);
  }

  private String text() {
    return written.toString(StandardCharsets.UTF_8);
  }
}
