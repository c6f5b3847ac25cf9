package dev.fairlead.ledger;

import dev.fairlead.money.Interval;
import java.util.Arrays;

/**
 * What one scope has spent and what is held for it, in each kind of period: what stood in the books
 * when they were last read, and what was settled here since. Spending belongs to the period in
 * which it was admitted: a new period begins with nothing, and what an old one still owes does not
 * touch it. Guarded by the ledger.
 */
final class Tab {
  private static final Interval[] INTERVALS = Interval.values();

  private final long[] start = new long[INTERVALS.length];
  private final long[] read = new long[INTERVALS.length];
  private final long[] settled = new long[INTERVALS.length];
  private final long[] held = new long[INTERVALS.length];

  Tab() {
    Arrays.fill(start, Long.MIN_VALUE);
  }

  /** Moves on to the periods that a day lies in. Days never go back. */
  void at(long day) {
    if (start[Interval.DAILY.ordinal()] == day) {
      return;
    }
    for (Interval interval : INTERVALS) {
      int i = interval.ordinal();
      long first = interval.start(day);
      if (first != start[i]) {
        start[i] = first;
        read[i] = 0;
        settled[i] = 0;
        held[i] = 0;
      }
    }
  }

  /** The first day of the period that it is in. */
  long start(Interval interval) {
    return start[interval.ordinal()];
  }

  long spent(Interval interval) {
    return read[interval.ordinal()] + settled[interval.ordinal()];
  }

  long held(Interval interval) {
    return held[interval.ordinal()];
  }

  void hold(long amount) {
    for (int i = 0; i < held.length; i++) {
      held[i] += amount;
    }
  }

  /** Ends a hold that was taken on a day, with what it came to. */
  void end(long day, long amount, long charge) {
    for (Interval interval : INTERVALS) {
      int i = interval.ordinal();
      if (interval.start(day) == start[i]) {
        held[i] -= amount;
        settled[i] += charge;
      }
    }
  }

  /** What was settled here stands in the books now, and is read from there. */
  void posted(long day, long charge) {
    for (Interval interval : INTERVALS) {
      int i = interval.ordinal();
      if (interval.start(day) == start[i]) {
        settled[i] -= charge;
      }
    }
  }

  /** What the books say, as they were read for a day. */
  void read(LedgerTable.Total total) {
    for (Interval interval : INTERVALS) {
      int i = interval.ordinal();
      if (interval.start(total.day()) == start[i]) {
        read[i] = total.spent(interval);
      }
    }
  }
}
