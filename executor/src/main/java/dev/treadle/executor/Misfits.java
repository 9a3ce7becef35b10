package dev.treadle.executor;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What of a stored run does not fit its workflow, one sentence each, each once: a fork of a
/// million has a million items with the same fault. Confined to the thread that loads the run.
final class Misfits {
  private static final int MOST = 100;

  private final Map<String, Integer> sentences = new LinkedHashMap<>(0);
  private long more;

  void add(String sentence) {
    if (sentences.size() < MOST || sentences.containsKey(sentence)) {
      sentences.merge(sentence, 1, Integer::sum);
    } else {
      more++;
    }
  }

  void add(PayloadException e) {
    add(String.valueOf(e.getMessage()));
  }

  boolean isEmpty() {
    return sentences.isEmpty();
  }

  /// The sentences in the order of their first finding.
  List<String> list() {
    var list = new ArrayList<String>(sentences.size() + 1);
    sentences.forEach(
        (sentence, times) -> list.add(times == 1 ? sentence : sentence + " (" + times + " times)"));
    if (more > 0) {
      list.add("and " + more + " more");
    }
    return list;
  }
}
