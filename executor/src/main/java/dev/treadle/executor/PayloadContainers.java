package dev.treadle.executor;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SequencedCollection;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.Set;

/// The containers that a payload may declare. Sorted ones are not among them: their order may be by
/// a comparator, which is not stored.
final class PayloadContainers {
  private static final Set<Class<?>> COLLECTIONS =
      Set.of(
          Collection.class,
          SequencedCollection.class,
          List.class,
          ArrayList.class,
          LinkedList.class,
          Set.class,
          SequencedSet.class,
          HashSet.class,
          LinkedHashSet.class,
          EnumSet.class,
          Queue.class,
          Deque.class,
          ArrayDeque.class);
  private static final Set<Class<?>> MAPS =
      Set.of(Map.class, SequencedMap.class, HashMap.class, LinkedHashMap.class, EnumMap.class);

  private PayloadContainers() {}

  static boolean isCollection(Class<?> type) {
    return COLLECTIONS.contains(type);
  }

  static boolean isMap(Class<?> type) {
    return MAPS.contains(type);
  }
}
