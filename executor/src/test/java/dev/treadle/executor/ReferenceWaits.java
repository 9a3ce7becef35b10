package dev.treadle.executor;

import dev.treadle.executor.ReferenceModel.SignalKey;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/// What the [ReferenceInterpreter] knows of signals and keys, apart from the items that wait.
final class ReferenceWaits {
  /// Signals that came before anybody asked.
  final Map<SignalKey, Object> kept = new HashMap<>();

  /// Keys for which a wait has ended.
  final Set<SignalKey> over = new HashSet<>();

  /// Every key that was ever asked for, in the order of the first time.
  final Set<SignalKey> asked = new LinkedHashSet<>();

  private final Set<SignalKey> touched = new HashSet<>();

  /// Somebody begins or ends a wait.
  ///
  /// @return whether somebody else has since time passed last: who is first decides then
  boolean touch(SignalKey key) {
    return !touched.add(key);
  }

  /// Nothing is in flight, and time passes or a signal comes.
  void pause() {
    touched.clear();
  }
}
