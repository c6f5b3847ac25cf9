package dev.fairlead.exchange;

import dev.fairlead.limit.Consumption;
import dev.fairlead.limit.Pass;

/**
 * What an exchange was given before anybody is called: its share of the limits, and the money. Both
 * end with it, each exactly once, however it ends.
 */
record Grant(Corridor corridor, Pass pass, Funded funded) {
  /** The call's share is settled: what it came to counts from now on. */
  void used(Consumption actual) {
    corridor.limiter().end(pass, actual);
  }

  /** It came to nothing. The call still counts as one: somebody may have been asked. */
  void undone() {
    corridor.limiter().end(pass, Consumption.NOTHING);
    corridor.ledger().release(funded.hold());
  }
}
