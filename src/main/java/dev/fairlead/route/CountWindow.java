package dev.fairlead.route;

import java.util.Arrays;

/**
 * Counts over a rolling stretch of time, in a ring of slots. The stretch ends now and is between
 * {@code slots - 1} and {@code slots} slots long. For one writer at a time.
 */
final class CountWindow {
  private final long slotMillis;
  private final long[] counts;
  private final long[] numbers;

  CountWindow(long slotMillis, int slots) {
    this.slotMillis = slotMillis;
    this.counts = new long[slots];
    this.numbers = new long[slots];
    Arrays.fill(numbers, Long.MIN_VALUE);
  }

  void add(long nowMillis) {
    long number = Math.floorDiv(nowMillis, slotMillis);
    int slot = (int) Math.floorMod(number, (long) counts.length);
    if (numbers[slot] != number) {
      if (numbers[slot] > number) {
        return; // a straggler from before the window
      }
      numbers[slot] = number;
      counts[slot] = 0;
    }
    counts[slot]++;
  }

  long sum(long nowMillis) {
    return sum(nowMillis, counts.length);
  }

  /** Over the newest slots alone. */
  long sum(long nowMillis, int newest) {
    long last = Math.floorDiv(nowMillis, slotMillis);
    long sum = 0;
    for (int i = 0; i < counts.length; i++) {
      if (numbers[i] <= last && numbers[i] > last - newest) {
        sum += counts[i];
      }
    }
    return sum;
  }
}
