package dev.treadle.executor;

/// How big one stored payload may be. The limits hold when it is written and when it is read, so
/// what was stored can be read back.
///
/// @param maxBytes the most bytes that its encoded form may have
/// @param maxStringLength the most characters that one text in it may have
/// @param maxDepth how deep objects and lists may nest, at most 1,000
/// @param maxTokens the most values, names and brackets that it may consist of
public record PayloadLimits(int maxBytes, int maxStringLength, int maxDepth, int maxTokens) {
  // each level costs stack frames, of the writer and of the reader
  private static final int DEEPEST = 1_000;

  /// Rejects limits that nothing could keep.
  ///
  /// @throws IllegalArgumentException if a limit is not positive, or the depth is over 1,000
  public PayloadLimits {
    positive("maxBytes", maxBytes);
    positive("maxStringLength", maxStringLength);
    positive("maxDepth", maxDepth);
    positive("maxTokens", maxTokens);
    if (maxDepth > DEEPEST) {
      throw new IllegalArgumentException("maxDepth is at most 1000, was " + maxDepth);
    }
  }

  /// The limits that hold unless others are set: 16 MiB, 4,000,000 characters, depth 100, 1,000,000
  /// tokens.
  ///
  /// @return the limits
  public static PayloadLimits defaults() {
    return new PayloadLimits(16 << 20, 4_000_000, 100, 1_000_000);
  }

  /// The same limits but for the size.
  ///
  /// @param bytes the most bytes that the encoded form may have
  /// @return the limits
  public PayloadLimits withMaxBytes(int bytes) {
    return new PayloadLimits(bytes, maxStringLength, maxDepth, maxTokens);
  }

  /// The same limits but for the length of texts.
  ///
  /// @param characters the most characters that one text may have
  /// @return the limits
  public PayloadLimits withMaxStringLength(int characters) {
    return new PayloadLimits(maxBytes, characters, maxDepth, maxTokens);
  }

  /// The same limits but for the depth.
  ///
  /// @param depth how deep objects and lists may nest
  /// @return the limits
  public PayloadLimits withMaxDepth(int depth) {
    return new PayloadLimits(maxBytes, maxStringLength, depth, maxTokens);
  }

  /// The same limits but for the number of tokens.
  ///
  /// @param tokens the most values, names and brackets
  /// @return the limits
  public PayloadLimits withMaxTokens(int tokens) {
    return new PayloadLimits(maxBytes, maxStringLength, maxDepth, tokens);
  }

  private static void positive(String name, int limit) {
    if (limit < 1) {
      throw new IllegalArgumentException(name + " is 1 or more, was " + limit);
    }
  }
}
