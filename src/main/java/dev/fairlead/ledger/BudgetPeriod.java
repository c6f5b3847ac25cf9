package dev.fairlead.ledger;

import dev.fairlead.identity.Scope;
import dev.fairlead.money.Interval;

/**
 * One period of one budget: what leases are cut from.
 *
 * @param start the period's first day, counted from 1970
 */
public record BudgetPeriod(Scope scope, Interval interval, long start) {
  /** The period that a day lies in. */
  public static BudgetPeriod on(long day, Scope scope, Interval interval) {
    return new BudgetPeriod(scope, interval, interval.start(day));
  }

  /** True when a day lies in it. */
  public boolean covers(long day) {
    return interval.start(day) == start;
  }

  @Override
  public String toString() {
    return scope + "/" + interval.word() + "@" + start;
  }
}
