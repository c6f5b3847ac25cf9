package dev.fairlead.ledger;

import dev.fairlead.identity.Scope;
import java.util.List;
import java.util.Optional;

/**
 * A settlement on its way into the books.
 *
 * @param scopes that it is counted on
 * @param day on which it was admitted, counted from 1970
 * @param lease what it takes of the leases that it was admitted under, where several nodes serve
 */
record Settled(Settlement what, List<Scope> scopes, long day, Optional<LeaseCharge> lease) {
  Settled {
    scopes = List.copyOf(scopes);
  }

  Settled(Settlement what, List<Scope> scopes, long day) {
    this(what, scopes, day, Optional.empty());
  }
}
