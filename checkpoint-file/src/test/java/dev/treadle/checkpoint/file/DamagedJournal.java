package dev.treadle.checkpoint.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.RunId;
import dev.treadle.executor.spi.CheckpointReader;
import dev.treadle.executor.spi.StoreDamagedException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// A journal of one file that was closed in order, and what must hold of it when some of its bytes
/// are not what was written.
final class DamagedJournal {
  private static final String NAME = Names.segment(1);
  private static final int MANY = 10_000;

  private final byte[] whole;
  private final List<JournalFrame> frames;
  private final Image expected;

  /// Runs as they once were.
  private final Set<Image.Content> former = new HashSet<>();

  private final Set<Image.Content> finished = new HashSet<>();

  private final Set<String> runs = new TreeSet<>();

  /// @param least how many bytes the file has, at least
  DamagedJournal(long seed, int least) throws MalformedException {
    var work = Workload.of(seed, 40 + least / 200, 700);
    var disk = new SimulatedDisk();
    var done = new WorkOnDisk(work, disk, 1 << 20);
    done.open();
    while (disk.bytes(NAME).length < least) {
      done.make();
    }
    done.close();
    this.whole = disk.bytes(NAME);
    this.frames = JournalFrame.all(whole);
    this.expected = done.shown(disk);
    for (int made = 0; made < done.made(); made++) {
      for (var run : work.after(made).runs().entrySet()) {
        runs.add(run.getKey());
        former.add(run.getValue());
        if (run.getValue().header().status().isFinal()) {
          finished.add(run.getValue());
        }
      }
    }
  }

  /// The bytes as they were written.
  byte[] bytes() {
    return whole.clone();
  }

  List<JournalFrame> frames() {
    return frames;
  }

  /// Opens the journal with damaged bytes, and checks that the damage is reported, that nothing
  /// else is read than what was written, and that runs that are proven whole can be read.
  ///
  /// @param displaced whether there may be whole frames where they do not belong: these may make
  ///   more doubtful than what they lie in
  /// @return whether the store opens for writing
  boolean check(byte[] damaged, boolean displaced) {
    var damage = damage(damaged);
    boolean opens = opensForWriting(damaged, damage);
    if (opens) {
      return true;
    }
    if (damage.hit.size() == 1 && !damage.head && !displaced) {
      assertThat(damage.hit.getFirst().check(damaged)).isEqualTo(JournalFrame.Known.NOTHING);
    }
    checkReading(damaged, damage, displaced);
    return false;
  }

  /// What is damaged.
  ///
  /// @param head whether the head of the file is
  /// @param hit frames that are
  private record Damage(boolean head, List<JournalFrame> hit) {}

  private Damage damage(byte[] damaged) {
    var hit =
        frames.stream()
            .filter(frame ->
                !Arrays.equals(whole, frame.at(), frame.end(), damaged, frame.at(), frame.end()))
            .toList();
    int head = SegmentHead.SIZE;
    return new Damage(!Arrays.equals(whole, 0, head, damaged, 0, head), hit);
  }

  /// Where the last frames are damaged together, they can't be told from a write that a death has
  /// torn.
  private boolean isTail(Damage damage) {
    return damage.hit.size() > 1 && damage.hit.contains(frames.getLast());
  }

  private boolean opensForWriting(byte[] damaged, Damage damage) {
    try (var store = Journals.open(new SimulatedDisk().put(NAME, damaged))) {
      assertThat(store.findings()).as("what is reported").isNotEmpty();
      for (var id : runs) {
        checkRun(store, id, isTail(damage) ? former : Set.of());
      }
      return true;
    } catch (StoreDamagedException e) {
      assertThat(e.run()).as("it is not known whom it concerns").isEmpty();
      return false;
    }
  }

  private void checkReading(byte[] damaged, Damage damage, boolean displaced) {
    try (var reader = JournalReader.open(new SimulatedDisk().put(NAME, damaged))) {
      for (var id : runs) {
        if (!checkRun(reader, id, isTail(damage) ? former : finished)
            && !displaced
            && isProven(id, damage)) {
          throw new AssertionError("run " + id + " is whole, but not to be read");
        }
      }
      assertThat(reader.findings()).as("what is reported").isNotEmpty();
    } catch (StoreDamagedException e) {
      assertThat(damage.head).as("without the head nothing can be proven").isTrue();
    }
  }

  /// Whether all of a run lies outside of damaged frames, and it has finished or goes on behind
  /// them.
  private boolean isProven(String id, Damage damage) {
    var content = expected.runs().get(id);
    if (content == null || damage.head) {
      return false;
    }
    int last = damage.hit.getLast().at();
    return damage.hit.stream().noneMatch(frame -> frame.runs().contains(id))
        && (content.header().status().isFinal()
            || frames.stream().anyMatch(frame -> frame.at() > last && frame.commits(id)));
  }

  /// @param former as what else runs may be shown, or not at all: as they were before a damaged
  ///   tail, or when they had finished, if a damaged frame held their deletion
  /// @return whether the run could be read
  private boolean checkRun(CheckpointReader reader, String id, Set<Image.Content> former) {
    var should = expected.runs().get(id);
    try {
      var header = reader.find(RunId.of(id));
      if (header.isEmpty()) {
        assertThat(!former.isEmpty() || should == null).as("%s is missing", id).isTrue();
        return false;
      }
      var entries = reader.entries(RunId.of(id), -1, MANY);
      var content = new Image.Content(header.get(), entries);
      if (!content.equals(should) && !former.contains(content)) {
        throw new AssertionError("instead of " + should + "\n  there is " + content);
      }
      return true;
    } catch (StoreDamagedException e) {
      assertThat(e.run()).isEqualTo(Optional.of(RunId.of(id)));
      return false;
    }
  }
}
