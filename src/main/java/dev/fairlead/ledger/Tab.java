package dev.fairlead.ledger;

import dev.fairlead.money.Interval;

/**
 * What one scope has spent and what is held for it, in each kind of period. Spending belongs to the
 * period in which it was admitted: a new period begins with nothing, and what an old one still owes
 * does not touch it. Guarded by the ledger.
 */
final class Tab {
  private static final Interval[] INTERVALS = Interval.values();

  private final long[] start = new long[INTERVALS.length];
  private final long[] spent = new long[INTERVALS.length];
  private final long[] held = new long[INTERVALS.length];

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
        spent[i] = 0;
        held[i] = 0;
      }
    }
  }

  long spent(Interval interval) {
    return spent[interval.ordinal()];
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
        spent[i] += charge;
      }
    }
  }

  /** What was spent on a day before the ledger was opened. */
  void found(long day, long charge) {
    for (Interval interval : INTERVALS) {
      int i = interval.ordinal();
      if (interval.start(day) == start[i]) {
        spent[i] += charge;
      }
    }
  }
}
