package dev.treadle.executor;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Collections that almost no run has anything in: each field begins as the empty one of
/// [Collections], which takes removals of what is not there, and is replaced before the first
/// addition. A run of ten steps would else spend most of its memory on them.
final class Grown {
  private Grown() {}

  static <T> List<T> list(List<T> before) {
    return before.isEmpty() ? new ArrayList<>() : before;
  }

  static <T> Set<T> set(Set<T> before) {
    return before.isEmpty() ? new HashSet<>() : before;
  }

  static <T> Set<T> orderedSet(Set<T> before) {
    return before.isEmpty() ? new LinkedHashSet<>() : before;
  }

  static <K, V> Map<K, V> map(Map<K, V> before) {
    return before.isEmpty() ? new HashMap<>() : before;
  }

  static <K, V> Map<K, V> orderedMap(Map<K, V> before) {
    return before.isEmpty() ? new LinkedHashMap<>() : before;
  }
}
