package dev.fairlead.ledger;

import dev.fairlead.identity.Scope;
import dev.fairlead.money.Interval;
import dev.fairlead.money.Money;

/**
 * What a scope may spend in each period.
 *
 * @param scope may be {@code each} of a kind
 * @param hard what does not fit is refused; otherwise it is only told
 * @param ownCounts what own credentials cost counts as spent, once it is known
 */
public record Budget(Scope scope, Interval interval, Money limit, boolean hard, boolean ownCounts) {
  public Budget(Scope scope, Interval interval, Money limit, boolean hard) {
    this(scope, interval, limit, hard, false);
  }

  public Budget(Scope scope, Interval interval, Money limit) {
    this(scope, interval, limit, true);
  }

  /** The same, where own credentials count or do not. */
  public Budget ownCounts(boolean counts) {
    return new Budget(scope, interval, limit, hard, counts);
  }

  /** The same for one scope of those that it is for. */
  Budget of(Scope one) {
    return one.equals(scope) ? this : new Budget(one, interval, limit, hard, ownCounts);
  }

  /** True when one takes the other's place. */
  boolean replaces(Budget other) {
    return scope.equals(other.scope) && interval == other.interval && hard == other.hard;
  }
}
