package dev.fairlead.wire;

/** Validation of UTF-8, one sequence at a time (RFC 3629: no overlong forms, no surrogates). */
final class Utf8 {
  private Utf8() {}

  /**
   * The offset after the multi-byte sequence at {@code p}, or its complement when it is invalid.
   */
  static int sequence(byte[] in, int p, int end) {
    int b = in[p] & 0xFF;
    if (b >= 0xC2 && b <= 0xDF) {
      return p + 1 < end && tail(in[p + 1]) ? p + 2 : ~p;
    }
    if (b >= 0xE0 && b <= 0xEF) {
      if (p + 2 >= end || !tail(in[p + 1]) || !tail(in[p + 2])) {
        return ~p;
      }
      int second = in[p + 1] & 0xFF;
      boolean overlong = b == 0xE0 && second < 0xA0;
      boolean surrogate = b == 0xED && second > 0x9F;
      return overlong || surrogate ? ~p : p + 3;
    }
    if (b >= 0xF0 && b <= 0xF4) {
      if (p + 3 >= end || !tail(in[p + 1]) || !tail(in[p + 2]) || !tail(in[p + 3])) {
        return ~p;
      }
      int second = in[p + 1] & 0xFF;
      boolean overlong = b == 0xF0 && second < 0x90;
      boolean tooLarge = b == 0xF4 && second > 0x8F;
      return overlong || tooLarge ? ~p : p + 4;
    }
    return ~p;
  }

  private static boolean tail(byte b) {
    return (b & 0xC0) == 0x80;
  }
}
