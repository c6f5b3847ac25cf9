package dev.fairlead.ledger;

import dev.fairlead.identity.Scope;
import dev.fairlead.money.Interval;
import org.jspecify.annotations.Nullable;

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

  /** The day after its last; a lifetime has none. */
  long end() {
    return interval.end(start).map(Interval::day).orElse(Long.MAX_VALUE);
  }

  /** Looked up for every call; a record's own hash is several times as slow. */
  @Override
  public int hashCode() {
    return (scope.id().hashCode() * 31 + scope.kind().ordinal() * 7 + interval.ordinal()) * 31
        + Long.hashCode(start);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other
        || (other instanceof BudgetPeriod o
            && start == o.start
            && interval == o.interval
            && scope.kind() == o.scope.kind()
            && scope.id().equals(o.scope.id()));
  }

  @Override
  public String toString() {
    return scope + "/" + interval.word() + "@" + start;
  }
}
