package dev.fairlead.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Searching bytes eight at a time. A word is XORed with the wanted byte repeated; the classic test
 * for a zero byte then marks it. The lowest mark is exact: a borrow makes false marks only above a
 * true one.
 */
final class Swar {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;

  private Swar() {}

  /** Offset of the first of two bytes at or after {@code p}; {@code to} when there is none. */
  static int first(byte[] in, int p, int to, byte one, byte other) {
    long ones = ONES * one;
    long others = ONES * other;
    while (p + 8 <= to) {
      long w = (long) LONG.get(in, p);
      long a = w ^ ones;
      long b = w ^ others;
      long hit = (((a - ONES) & ~a) | ((b - ONES) & ~b)) & HIGHS;
      if (hit != 0) {
        return p + (Long.numberOfTrailingZeros(hit) >>> 3);
      }
      p += 8;
    }
    while (p < to && in[p] != one && in[p] != other) {
      p++;
    }
    return p;
  }
}
