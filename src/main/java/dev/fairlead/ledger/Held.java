package dev.fairlead.ledger;

import dev.fairlead.money.Money;

/** What came of asking for money. */
public sealed interface Held permits Hold, Held.Denied, Held.Asked, Held.Unavailable {
  /**
   * A budget has not enough left.
   *
   * @param spent in the budget's period
   * @param held for calls that are under way
   * @param asked what the request may cost at most
   */
  record Denied(Budget budget, long day, Money spent, Money held, Money asked) implements Held {
    /** True when it would fit as soon as what is under way has ended for less. */
    public boolean inFlight() {
      return spent.plus(asked).compareTo(budget.limit()) <= 0;
    }

    /** What is neither spent nor held. */
    public Money left() {
      return budget.limit().less(spent.plus(held));
    }
  }

  /**
   * Not now: this node has asked for more of a budget, and will soon have heard.
   *
   * @param otherwise what to tell whoever does not want to wait any longer
   */
  record Asked(Denied otherwise) implements Held {
    /** True when there may well be room for it: nobody has said otherwise. */
    public boolean open() {
      return otherwise.left().compareTo(otherwise.asked()) >= 0;
    }
  }

  /** The books cannot be written: nothing that costs is begun. */
  record Unavailable() implements Held {}
}
