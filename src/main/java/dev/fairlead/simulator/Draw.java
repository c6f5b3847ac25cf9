package dev.fairlead.simulator;

import java.util.SplittableRandom;

/** Chance that is none: numbers which are a function of a seed and of words. */
final class Draw {
  private static final long OFFSET = 0xcbf29ce484222325L;
  private static final long PRIME = 0x100000001b3L;

  private Draw() {}

  /** A number out of a seed and words (FNV-1a over the words' characters, then stirred). */
  static long number(long seed, String... words) {
    long hash = OFFSET ^ seed;
    for (String word : words) {
      for (int i = 0; i < word.length(); i++) {
        hash = (hash ^ word.charAt(i)) * PRIME;
      }
      hash = (hash ^ 0x1f) * PRIME;
    }
    return stir(hash);
  }

  /** Draws that always come in the same order for the same number. */
  static SplittableRandom from(long number) {
    return new SplittableRandom(number);
  }

  private static long stir(long z) {
    long y = (z ^ (z >>> 33)) * 0xff51afd7ed558ccdL;
    y = (y ^ (y >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return y ^ (y >>> 33);
  }
}
