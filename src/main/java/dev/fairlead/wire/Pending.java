package dev.fairlead.wire;

import java.util.Arrays;

/** The bytes of a frame that has not ended yet, of bounded length. One stream, one thread. */
final class Pending {
  private static final byte[] NONE = new byte[0];
  private static final int WORTH_KEEPING = 1 << 16;

  private final int limit;
  private final String what;
  private byte[] bytes = NONE;
  private int size;

  /**
   * @param limit the longest frame, in bytes
   * @param what the frame's name in messages: "an event"
   */
  Pending(int limit, String what) {
    if (limit < 1) {
      throw new IllegalArgumentException("the limit must be positive: " + limit);
    }
    this.limit = limit;
    this.what = what;
  }

  int size() {
    return size;
  }

  byte[] bytes() {
    return bytes;
  }

  /** Refuses a frame that is longer than the limit. */
  void check(long length) throws MalformedFrame {
    if (length > limit) {
      throw new MalformedFrame(what + " is longer than the limit of " + limit + " bytes");
    }
  }

  void add(byte[] more, int from, int to) throws MalformedFrame {
    int wanted = size + (to - from);
    check(wanted < 0 ? Long.MAX_VALUE : wanted);
    if (wanted > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.min(limit, Math.max(wanted, Math.max(512, 2 * size))));
    }
    System.arraycopy(more, from, bytes, size, to - from);
    size = wanted;
  }

  /**
   * The frame that ends before {@code to}: what was kept and what follows, in an array of its own.
   */
  byte[] take(byte[] more, int from, int to) throws MalformedFrame {
    check((long) size + (to - from));
    if (size == 0) {
      return Arrays.copyOfRange(more, from, to);
    }
    byte[] whole = Arrays.copyOf(bytes, size + (to - from));
    System.arraycopy(more, from, whole, size, to - from);
    clear();
    return whole;
  }

  byte[] take() {
    byte[] whole = Arrays.copyOf(bytes, size);
    clear();
    return whole;
  }

  private void clear() {
    size = 0;
    if (bytes.length > WORTH_KEEPING) {
      bytes = NONE;
    }
  }
}
