package dev.treadle.checkpoint.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.executor.spi.CheckpointStore;
import dev.treadle.executor.spi.Retention;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Work that is done on a disk, and what the disk must hold by then.
final class WorkOnDisk {
  private final Workload work;
  private final SimulatedDisk disk;
  private final long segmentSize;
  private final Maker maker;
  private int made;
  private boolean making;
  private @Nullable CheckpointStore store;

  WorkOnDisk(Workload work, SimulatedDisk disk, long segmentSize) {
    this(work, disk, segmentSize, WorkOnDisk::opened);
  }

  WorkOnDisk(Workload work, SimulatedDisk disk, long segmentSize, Maker maker) {
    this.work = work;
    this.disk = disk;
    this.segmentSize = segmentSize;
    this.maker = maker;
  }

  /// Opens the store that the work is done on, which may have a bug.
  interface Maker {
    CheckpointStore open(JournalFolder folder, FileOptions options, long segmentSize);
  }

  static CheckpointStore opened(JournalFolder folder, FileOptions options, long segmentSize) {
    return FileCheckpointStore.open(folder, () -> {}, options, segmentSize);
  }

  /// The same work on another disk, where so many changes have been made.
  WorkOnDisk on(SimulatedDisk other, int madeThere) {
    var there = new WorkOnDisk(work, other, segmentSize, maker);
    there.made = madeThere;
    return there;
  }

  int made() {
    return made;
  }

  /// Makes all changes.
  ///
  /// @param afterEach called when a change has been acknowledged
  void run(Runnable afterEach) {
    run(work.size(), afterEach);
  }

  private void run(int until, Runnable afterEach) {
    open();
    afterEach.run();
    while (made < until) {
      make();
      afterEach.run();
    }
  }

  /// Opens the store; first of all.
  void open() {
    store = maker.open(disk, Workload.options(() -> made), segmentSize);
  }

  /// Makes the next change.
  void make() {
    making = true;
    if (!work.changes().get(made).isMadeIn(Objects.requireNonNull(store))) {
      open();
    }
    made++;
    making = false;
  }

  void close() {
    Objects.requireNonNull(store).close();
  }

  boolean isDone() {
    return made == work.size();
  }

  /// Whether the next change only opens the store.
  boolean isOpening() {
    return work.changes().get(made).isOpening();
  }

  /// The change that was being made has been refused: nothing of it may be seen later.
  void refused() {
    making = false;
  }

  /// Checks what the store shows while it is open.
  void checkSeen() {
    assertThat(held(Image.of(Objects.requireNonNull(store)))).isEqualTo(made);
  }

  /// Opens a disk, and checks that it holds what was acknowledged, and nothing else but a change
  /// that is being made, and that whatever is cut off is kept.
  ///
  /// @return how many changes it holds
  int check(SimulatedDisk left) {
    try (var store = openKeepingAll(left)) {
      for (var finding : store.findings()) {
        assertThat(finding.reason()).contains("cut off and kept in");
        var kept = left.bytes(finding.file() + ".cut-" + store.epoch());
        assertThat(kept).hasSize((int) finding.length());
      }
      return held(Image.of(store));
    }
  }

  /// What a disk shows.
  Image shown(SimulatedDisk left) {
    try (var store = openKeepingAll(left)) {
      return Image.of(store);
    }
  }

  /// What the next opening of a disk cuts off, of which nothing is changed; empty if nothing.
  byte[] torn(SimulatedDisk left) {
    try (var store = openKeepingAll(left.copy())) {
      var findings = store.findings();
      if (findings.isEmpty()) {
        return new byte[0];
      }
      var torn = findings.getFirst();
      int at = (int) torn.offset();
      return Arrays.copyOfRange(left.bytes(torn.file()), at, at + (int) torn.length());
    }
  }

  /// Goes on with some changes on a disk that was checked.
  ///
  /// @param held how many changes it holds
  void goOn(SimulatedDisk left, int held, int more) {
    var next = on(left, held);
    next.run(Math.min(work.size(), held + more), () -> {});
    next.check(left);
  }

  private FileCheckpointStore openKeepingAll(SimulatedDisk left) {
    var options = FileOptions.defaults().withRetention(Retention.all());
    return FileCheckpointStore.open(left, () -> {}, options, segmentSize);
  }

  private int held(Image image) {
    var keptFrom = work.keptFrom(made);
    if (making && work.after(made + 1).isShownBy(image, keptFrom)) {
      return made + 1;
    }
    if (!work.after(made).isShownBy(image, keptFrom)) {
      throw new AssertionError(
          "after %d changes%s".formatted(made, work.after(made).differs(image)));
    }
    return made;
  }
}
