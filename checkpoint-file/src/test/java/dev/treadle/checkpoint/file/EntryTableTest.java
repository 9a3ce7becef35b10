package dev.treadle.checkpoint.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The table of a run's entries is a sorted map, however large it is and wherever it changes.
final class EntryTableTest {

  @ParameterizedTest
  @CsvSource({"1, 10", "2, 130", "3, 300", "4, 3000", "5, 100000"})
  void randomChanges_giveWhatASortedMapGives(long seed, int ids) {
    var random = new Random(seed);
    var table = new EntryTable();
    var model = new TreeMap<Long, Long>();
    for (int i = 0; i < 40_000; i++) {
      boolean growing = i / 5_000 % 2 == 0;
      long id =
          random.nextInt(5) == 0 && !model.isEmpty() ? model.lastKey() + 1 : random.nextInt(ids);
      if (random.nextInt(10) < (growing ? 8 : 2)) {
        table.put(id, i, i + 7);
        model.put(id, (long) i);
      } else {
        table.remove(id);
        model.remove(id);
      }
      if (i % 700 == 0) {
        table.trim();
      }
      if (i % 97 == 0) {
        compare(table, model, random.nextInt(ids));
      }
    }
  }

  private static void compare(EntryTable table, NavigableMap<Long, Long> model, long somewhere) {
    assertThat(table.size()).isEqualTo(model.size());
    assertThat(table.countBelow(somewhere)).isEqualTo(model.headMap(somewhere).size());
    assertThat(table.countBelow(Long.MAX_VALUE)).isEqualTo(model.size());
    assertThat(table.place(somewhere)).isEqualTo(model.getOrDefault(somewhere, -1L));
    assertThat(visited(table, 0, Long.MAX_VALUE, Integer.MAX_VALUE))
        .isEqualTo(List.copyOf(model.keySet()));
    long last = somewhere + 150;
    var between = List.copyOf(model.subMap(somewhere, true, last, true).keySet());
    assertThat(visited(table, somewhere, last, Integer.MAX_VALUE)).isEqualTo(between);
    assertThat(visited(table, somewhere, last, 3))
        .isEqualTo(between.subList(0, Math.min(3, between.size())));
    assertThat(table.ids(somewhere, last))
        .containsExactly(between.stream().mapToLong(id -> id).toArray());
    for (long id : between) {
      assertThat(table.place(id)).isEqualTo(model.get(id));
      assertThat(table.length(id)).isEqualTo((int) table.place(id) + 7);
    }
  }

  private static List<Long> visited(EntryTable table, long first, long last, int limit) {
    var ids = new ArrayList<Long>();
    table.visit(first, last, limit, (id, place, length) -> ids.add(id));
    return ids;
  }
}
