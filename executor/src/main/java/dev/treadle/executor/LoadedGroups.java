package dev.treadle.executor;

import dev.treadle.executor.spi.Entry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The groups of a stored run, and what lies in them that was dropped before the run was left. Used
/// once, by one thread. Entries come in the order of their ids, so a group before what lies in it.
final class LoadedGroups {
  private final Plan plan;
  private final EntryCodec codec;
  private final Misfits misfits;
  private final Rewrites rewrites;

  private final Map<Long, Group> groups = new HashMap<>();

  /// Groups that have closed with items left in them, or that lie in such: what lies in them is
  /// dropped, but an item outside may still need their values.
  private final Set<Long> closed = new HashSet<>(0);

  /// Groups whose values are the input of a pending item.
  private final Set<Long> used = new HashSet<>(0);

  /// Groups whose values some item needs.
  private final Set<Long> needed = new HashSet<>(0);

  private final List<Long> garbage = new ArrayList<>(0);

  LoadedGroups(Plan plan, EntryCodec codec, Misfits misfits, Rewrites rewrites) {
    this.plan = plan;
    this.codec = codec;
    this.misfits = misfits;
    this.rewrites = rewrites;
  }

  /// Whether nobody needs an item or a value any more.
  boolean drops(Entry entry) {
    long group = entry.group();
    boolean drops = entry.kind() != Entry.Kind.VALUE && closed.contains(group);
    if (drops) {
      garbage.add(entry.id());
    }
    return drops;
  }

  /// Somebody needs the values of a group, who may have left a scope that has closed since.
  void need(long group) {
    needed.add(group);
  }

  /// Whether nobody needs a value any more.
  boolean discards(Entry value) {
    boolean discards = closed.contains(value.group()) && !needed.contains(value.group());
    if (discards) {
      garbage.add(value.id());
    }
    return discards;
  }

  /// Takes the entry of a group.
  void take(Entry entry) {
    var marks = codec.group(entry.detail());
    if (marks.closed() || closed.contains(entry.group())) {
      closed.add(entry.id());
      var fork = plan.findStored(entry.step());
      if (fork != null) {
        rewrites.rename(entry, fork);
        var group = new Group(entry.id(), fork, null);
        group.fired = true;
        groups.put(entry.id(), group);
      }
      return;
    }
    open(entry, marks);
  }

  private void open(Entry entry, GroupMarks marks) {
    var fork = step(entry, "an open group");
    if (fork == null) {
      return;
    }
    if (fork.closedBy == null) {
      misfits.add("step \"" + fork.name + "\" has an open group, but is not a fork now");
      return;
    }
    var group = new Group(entry.id(), fork, place(entry, fork));
    groups.put(entry.id(), group);
    if (!fork.inlines) {
      rewrites.rename(entry, fork);
    }
    if (group.tally == null) {
      if (marks.failures() > 0) {
        misfits.add(
            "fork \""
                + fork.name
                + "\" has an open group with "
                + marks.failures()
                + " failed items, but join \""
                + fork.closedBy.name
                + "\" tolerates none now");
      }
      return;
    }
    group.tally.restore(marks);
    if (fork.inlines) {
      try {
        var read = fork.stored().inputRead(entry.payload());
        group.tally.input = read.value();
        if (read.turned()) {
          rewrites.rewrite(entry, fork.name, fork.stored().writeInput(read.value()));
        } else {
          rewrites.rename(entry, fork);
        }
      } catch (PayloadException e) {
        misfits.add(e);
      }
    }
  }

  /// The group that a value has arrived in, or null if the group has been told of as a misfit, or
  /// nobody needs the value any more.
  @Nullable Group get(long id) {
    return groups.get(id);
  }

  /// The group whose values are an item's input, or null.
  @Nullable Group use(long id) {
    used.add(id);
    return groups.get(id);
  }

  /// Restores the groups, after all items.
  void restore(RunState state) {
    for (long id : closed) {
      var group = groups.get(id);
      if (!used.contains(id)) {
        garbage.add(id);
        if (group != null) {
          garbage.addAll(group.valueIds());
        }
      }
    }
    groups.values().forEach(state::restore);
    state.closing().restore(garbage);
  }

  /// The place of an item or group, whose step must lie in the scope of the entry's group.
  @Nullable Place place(Entry entry, PlanStep step) {
    if (entry.group() == 0) {
      if (step.within != null) {
        misfits.add("step \"" + step.name + "\" lies in a scope now, its item does not");
      }
      return null;
    }
    var group = groups.get(entry.group());
    if (group == null) {
      return null; // the group's own misfit was reported
    }
    if (step.within != group.fork) {
      misfits.add(
          "step \""
              + step.name
              + "\" does not lie in the scope of fork \""
              + group.fork.name
              + "\" now");
    }
    return Place.parse(group, entry.path());
  }

  /// The step that an entry belongs to, which may have another name now; or null.
  @Nullable PlanStep step(Entry entry, String what) {
    var step = plan.findStored(entry.step());
    if (step == null) {
      misfits.add(
          "step \"" + entry.step() + "\" has " + what + ", but the workflow has no such step now");
    }
    return step;
  }
}
