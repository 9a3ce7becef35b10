package dev.treadle.checkpoint.file;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// All runs of a journal, and how many bytes of each segment are needed for them. Changes can be
/// taken back until they are settled.
///
/// Used by one thread.
final class Index {
  private final Segments segments;
  private final TreeMap<String, Run> runs = new TreeMap<>();
  private final Map<String, String> workflows = new HashMap<>();
  private final List<Runnable> undos = new ArrayList<>();
  private final Consumer<Run> whenFinal;
  private boolean undoable;
  private int finals;

  /// @param whenFinal told of each run that has come to its end
  Index(Segments segments, Consumer<Run> whenFinal) {
    this.segments = segments;
    this.whenFinal = whenFinal;
  }

  NavigableMap<String, Run> runs() {
    return runs;
  }

  @Nullable Run find(String id) {
    return runs.get(id);
  }

  /// Whether this is the run of its id.
  boolean has(Run run) {
    return runs.get(run.id()) == run;
  }

  /// How many runs have come to their end.
  int finals() {
    return finals;
  }

  /// The same text, once for all runs.
  String workflow(String name) {
    return workflows.computeIfAbsent(name, same -> same);
  }

  // --- changes

  /// From now on changes can be taken back.
  void beginUndoable() {
    undoable = true;
  }

  /// The changes stay.
  void settle() {
    undos.clear();
  }

  /// Takes back the changes since they were last settled.
  void takeBack() {
    for (var undo : undos.reversed()) {
      undo.run();
    }
    undos.clear();
  }

  Run create(String id) {
    var run = new Run(id);
    runs.put(id, run);
    undo(() -> runs.remove(id));
    return run;
  }

  Run findOrCreate(String id) {
    var run = runs.get(id);
    return run == null ? create(id) : run;
  }

  void setHead(Run run, Head head) {
    var before = run.head();
    set(run, head);
    undo(() -> set(run, before));
    if (run.isFinal()) {
      run.entries().trim();
      run.labels(null);
      whenFinal.accept(run);
    }
  }

  /// As [#setHead], for a header that only lies elsewhere now.
  void moveHead(Run run, Head head) {
    var before = run.head();
    set(run, head);
    undo(() -> set(run, before));
  }

  void put(Run run, long id, long place, int length) {
    var entries = run.entries();
    long before = entries.place(id);
    if (before < 0) {
      undo(() -> discard(run, id));
    } else {
      int lengthBefore = entries.length(id);
      segments.addLive(before, -run.cost(lengthBefore));
      undo(() -> place(run, id, before, lengthBefore));
    }
    entries.put(id, place, length);
    segments.addLive(place, run.cost(length));
  }

  void remove(Run run, long first, long last) {
    if (first == last) {
      removeOne(run, first);
      return;
    }
    for (long id : run.entries().ids(first, last)) {
      removeOne(run, id);
    }
  }

  void drop(Run run) {
    remove(run, 0, Long.MAX_VALUE);
    var head = run.head();
    set(run, null);
    runs.remove(run.id());
    undo(() -> {
      runs.put(run.id(), run);
      set(run, head);
    });
  }

  private void removeOne(Run run, long id) {
    long before = run.entries().place(id);
    if (before >= 0) {
      int length = run.entries().length(id);
      discard(run, id);
      undo(() -> {
        run.entries().put(id, before, length);
        segments.addLive(before, run.cost(length));
      });
    }
  }

  private void discard(Run run, long id) {
    segments.addLive(run.entries().place(id), -run.cost(run.entries().length(id)));
    run.entries().remove(id);
  }

  /// Puts an entry back where it was before it was replaced.
  private void place(Run run, long id, long place, int length) {
    segments.addLive(run.entries().place(id), -run.cost(run.entries().length(id)));
    run.entries().put(id, place, length);
    segments.addLive(place, run.cost(length));
  }

  private void set(Run run, @Nullable Head head) {
    finals -= run.isFinal() ? 1 : 0;
    count(run, -1);
    run.head(head);
    count(run, 1);
    finals += run.isFinal() ? 1 : 0;
  }

  private void count(Run run, int sign) {
    var head = run.head();
    if (head != null) {
      segments.addLive(head.place(), sign * run.cost(head.length()));
    }
  }

  private void undo(Runnable change) {
    if (undoable) {
      undos.add(change);
    }
  }
}
