package dev.fairlead.exchange;

import dev.fairlead.canon.Usage;
import dev.fairlead.ledger.Settlement;
import java.util.Optional;

/**
 * What an attempt has used.
 *
 * @param usage empty where nothing is known
 * @param source whence it is known
 */
record Spent(Optional<Usage> usage, Settlement.Source source) {
  static final Spent NOTHING = new Spent(Optional.empty(), Settlement.Source.NONE);

  static Spent of(Usage usage, Settlement.Source source) {
    return new Spent(Optional.of(usage), source);
  }

  Usage used() {
    return usage.orElse(Usage.ZERO);
  }

  boolean metered() {
    return source == Settlement.Source.METER;
  }
}
