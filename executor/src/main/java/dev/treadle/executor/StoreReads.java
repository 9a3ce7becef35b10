package dev.treadle.executor;

import dev.treadle.executor.spi.CheckpointReader;
import java.util.function.Function;

/// Asks a store something: by its thread if it is in use, or directly.
interface StoreReads {

  /// Asks and waits for the answer.
  <T> T ask(Function<CheckpointReader, T> question);

  /// Of a store that the calling thread has to itself.
  static StoreReads of(CheckpointReader reader) {
    return new Direct(reader);
  }

  /// See [StoreReads#of].
  record Direct(CheckpointReader reader) implements StoreReads {
    @Override
    public <T> T ask(Function<CheckpointReader, T> question) {
      return question.apply(reader);
    }
  }
}
