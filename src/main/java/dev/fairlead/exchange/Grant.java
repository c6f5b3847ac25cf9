package dev.fairlead.exchange;

import dev.fairlead.catalog.Endpoint;
import dev.fairlead.limit.Consumption;
import java.util.Optional;

/**
 * What an exchange was given before anybody is called: its share of the limits, and the money. Both
 * end with it, each exactly once, however it ends.
 */
record Grant(Corridor corridor, Turnstile turnstile, Funded funded) {
  /**
   * The call's share is settled: what it came to counts from now on.
   *
   * @param served empty where nobody did
   */
  void used(Consumption actual, Optional<Endpoint> served) {
    turnstile.end(actual, served);
  }

  /** It came to nothing. The call still counts as one: somebody may have been asked. */
  void undone() {
    turnstile.end(Consumption.NOTHING, Optional.empty());
    corridor.ledger().release(funded.hold());
  }
}
