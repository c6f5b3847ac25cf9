package dev.fairlead.wire;

import java.nio.charset.StandardCharsets;

/**
 * A JSON document as it was received: the bytes, untouched, and an index of where every value
 * stands in them. Reading it once, strictly, is all the parsing that a request pays for; every
 * later look is a walk over the index, and what is passed on is a copy of the received bytes.
 *
 * <p>The index is a flat array with three ints a value: where it starts, where it ends (shifted
 * left by one; the low bit says that a string contains escapes), and the slot that follows its
 * whole subtree. An object's members stand as name, value, name, value. The kind of a value is told
 * by its first byte. Immutable after construction, so it may be shared between threads.
 */
public final class Json {
  static final int STRIDE = 3;

  final byte[] bytes;
  final int[] tape;
  private final int slots;

  Json(byte[] bytes, int[] tape, int slots) {
    this.bytes = bytes;
    this.tape = tape;
    this.slots = slots;
  }

  /** Indexes a whole document. The array is kept, not copied: the caller must not change it. */
  public static Json read(byte[] bytes, JsonLimits limits) throws MalformedJson {
    return new JsonReader(bytes, 0, bytes.length, limits).document();
  }

  /** Indexes the document that stands between two offsets of a larger array. */
  public static Json read(byte[] bytes, int from, int to, JsonLimits limits) throws MalformedJson {
    return new JsonReader(bytes, from, to, limits).document();
  }

  /** Indexes a document that the program itself wrote; anything wrong with it is a bug. */
  public static Json of(String json) {
    try {
      return read(json.getBytes(StandardCharsets.UTF_8), JsonLimits.RESPONSE);
    } catch (MalformedJson e) {
      throw new IllegalArgumentException(e);
    }
  }

  public JsonNode root() {
    return new JsonNode(this, 0);
  }

  /**
   * The received bytes, all of the array that the document stands in. They are the document's own:
   * do not change them.
   */
  public byte[] bytes() {
    return bytes;
  }

  /** How many values and member names the document has. */
  public int size() {
    return slots;
  }

  int start(int slot) {
    return tape[slot * STRIDE];
  }

  int end(int slot) {
    return tape[slot * STRIDE + 1] >>> 1;
  }

  boolean escaped(int slot) {
    return (tape[slot * STRIDE + 1] & 1) != 0;
  }

  int next(int slot) {
    return tape[slot * STRIDE + 2];
  }

  @Override
  public String toString() {
    return root().toString();
  }
}
