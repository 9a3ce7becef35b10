package dev.treadle.bench.serialization;

import java.util.List;
import java.util.stream.IntStream;

/// A run's queue as one value.
///
/// @param run the run's id
/// @param sequence how many commits it has
/// @param items what is pending
public record Checkpoint(String run, long sequence, List<Item> items) {

  /// A pending item.
  ///
  /// @param id its number
  /// @param step the step's name
  /// @param path its place in its group
  /// @param attempt the number of its attempt
  /// @param order what the step gets
  public record Item(long id, String step, String path, int attempt, Order order) {}

  /// A payload.
  ///
  /// @param customer a name
  /// @param cents an amount
  /// @param express whether it is in a hurry
  /// @param note some words
  public record Order(String customer, long cents, boolean express, String note) {}

  static Checkpoint of(int items) {
    return new Checkpoint(
        "run-0001", 17, IntStream.range(0, items).mapToObj(Checkpoint::item).toList());
  }

  static Item item(int i) {
    return new Item(
        1_000L + i,
        "reserve",
        "0." + i,
        1 + i % 3,
        new Order("customer " + i, 100L * i + 99, i % 2 == 0, "leave it at the door"));
  }
}
