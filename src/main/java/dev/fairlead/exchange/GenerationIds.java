package dev.fairlead.exchange;

import java.time.Instant;
import java.util.random.RandomGenerator;

/** Ids of generations, as OpenRouter makes them: {@code gen-<unix seconds>-<20 characters>}. */
final class GenerationIds {
  private static final String DIGITS =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final int LENGTH = 20;

  private GenerationIds() {}

  static String make(Instant now, RandomGenerator random) {
    char[] tail = new char[LENGTH];
    for (int half = 0; half < 2; half++) {
      long bits = random.nextLong() >>> 1;
      for (int i = 0; i < LENGTH / 2; i++) {
        tail[half * LENGTH / 2 + i] = DIGITS.charAt((int) (bits % DIGITS.length()));
        bits /= DIGITS.length();
      }
    }
    return "gen-" + now.getEpochSecond() + "-" + new String(tail);
  }
}
