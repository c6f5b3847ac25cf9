package dev.fairlead.ledger;

import dev.fairlead.money.Money;
import java.time.Instant;

/**
 * What became of a hold, as the books have it.
 *
 * @param at when the request was admitted
 * @param source where the usage comes from
 * @param hold what was held
 * @param cost what the provider asks, by our price list
 * @param charge what the caller pays: never more than was held
 */
public record Settlement(
    String id,
    Instant at,
    String key,
    String workspace,
    String model,
    String endpoint,
    String provider,
    Source source,
    String priceVersion,
    Money hold,
    Money cost,
    Money charge,
    long prompt,
    long completion,
    long reasoning) {

  /** Where the figure of usage comes from. */
  public enum Source {
    /** The provider told it. */
    PROVIDER,
    /** The gateway counted what passed. */
    METER,
    /** Nothing was used. */
    NONE;

    public String word() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  public Settlement {
    if (charge.nanoUsd() < 0 || charge.compareTo(hold) > 0 || cost.nanoUsd() < 0) {
      throw new IllegalArgumentException("a charge lies between nothing and its hold: " + id);
    }
  }

  /** What the operator bears, because it was not held or is not charged. */
  public Money absorbed() {
    return cost.compareTo(charge) > 0 ? cost.minus(charge) : Money.ZERO;
  }
}
