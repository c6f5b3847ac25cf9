package dev.fairlead.route;

import java.util.Arrays;
import org.HdrHistogram.IntCountsHistogram;

/**
 * Measurements over a rolling stretch of time: a ring of histograms with two significant digits.
 * For one writer at a time.
 */
final class ValueWindow {
  private static final int DIGITS = 2;

  private final long slotMillis;
  private final IntCountsHistogram[] slots;
  private final long[] numbers;

  ValueWindow(long slotMillis, int slots) {
    this.slotMillis = slotMillis;
    this.slots = new IntCountsHistogram[slots];
    this.numbers = new long[slots];
    Arrays.fill(numbers, Long.MIN_VALUE);
  }

  void add(long nowMillis, long value) {
    long number = Math.floorDiv(nowMillis, slotMillis);
    int slot = (int) Math.floorMod(number, (long) slots.length);
    if (numbers[slot] > number) {
      return; // a straggler from before the window
    }
    if (slots[slot] == null) {
      slots[slot] = new IntCountsHistogram(DIGITS);
    }
    if (numbers[slot] != number) {
      slots[slot].reset();
      numbers[slot] = number;
    }
    slots[slot].recordValue(Math.max(0, value));
  }

  /**
   * @param unit what a recorded value is worth
   * @param moreIsBetter then p90 is what nine of ten at least reached
   */
  Percentiles percentiles(long nowMillis, double unit, boolean moreIsBetter) {
    long last = Math.floorDiv(nowMillis, slotMillis);
    IntCountsHistogram all = new IntCountsHistogram(DIGITS);
    for (int i = 0; i < slots.length; i++) {
      if (slots[i] != null && numbers[i] <= last && numbers[i] > last - slots.length) {
        all.add(slots[i]);
      }
    }
    if (all.getTotalCount() == 0) {
      return Percentiles.NONE;
    }
    return new Percentiles(
        all.getTotalCount(),
        at(all, 50, unit, moreIsBetter),
        at(all, 75, unit, moreIsBetter),
        at(all, 90, unit, moreIsBetter),
        at(all, 99, unit, moreIsBetter));
  }

  private static double at(IntCountsHistogram all, int percent, double unit, boolean moreIsBetter) {
    return all.getValueAtPercentile(moreIsBetter ? 100 - percent : percent) * unit;
  }
}
