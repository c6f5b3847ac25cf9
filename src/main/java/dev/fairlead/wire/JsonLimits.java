package dev.fairlead.wire;

/**
 * The bounds that a document must keep, and how strict its reading is.
 *
 * @param maxBytes longest document, in bytes
 * @param maxDepth deepest nesting of objects and arrays
 * @param maxNodes most values and member names together
 * @param maxNumberLength longest number, in characters
 * @param strict refuse duplicate member names and lone surrogate escapes; off for what providers
 *     send, where the last resort is to relay rather than to refuse
 */
public record JsonLimits(
    int maxBytes, int maxDepth, int maxNodes, int maxNumberLength, boolean strict) {

  /** The reader calls itself a level; this much fits into the stack of any thread. */
  private static final int DEEPEST = 1024;

  /** What callers send: strict, so that no later reader can see another document than we did. */
  public static final JsonLimits REQUEST = new JsonLimits(64 << 20, 128, 2_000_000, 512, true);

  /** What providers send. */
  public static final JsonLimits RESPONSE = new JsonLimits(256 << 20, 512, 8_000_000, 4096, false);

  public JsonLimits {
    if (maxBytes < 1 || maxBytes > 1 << 29) {
      throw new IllegalArgumentException("maxBytes must be in 1..2^29: " + maxBytes);
    }
    if (maxDepth > DEEPEST) {
      throw new IllegalArgumentException("maxDepth must be at most " + DEEPEST + ": " + maxDepth);
    }
    if (maxDepth < 1 || maxNodes < 1 || maxNumberLength < 1) {
      throw new IllegalArgumentException("limits must be positive");
    }
  }

  public JsonLimits withMaxBytes(int bytes) {
    return new JsonLimits(bytes, maxDepth, maxNodes, maxNumberLength, strict);
  }
}
