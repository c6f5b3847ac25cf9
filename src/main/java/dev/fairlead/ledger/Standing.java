package dev.fairlead.ledger;

import dev.fairlead.money.Interval;
import dev.fairlead.money.Money;

/**
 * The figures of a scope in the periods that today lies in.
 *
 * @param held what calls under way may still cost
 */
public record Standing(Money lifetime, Money today, Money thisWeek, Money thisMonth, Money held) {
  public static final Standing NOTHING =
      new Standing(Money.ZERO, Money.ZERO, Money.ZERO, Money.ZERO, Money.ZERO);

  /** What is spent in the period of a kind. */
  public Money spent(Interval interval) {
    return switch (interval) {
      case DAILY -> today;
      case WEEKLY -> thisWeek;
      case MONTHLY -> thisMonth;
      case LIFETIME -> lifetime;
    };
  }
}
