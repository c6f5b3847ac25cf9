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
 * @param underWay it is not settled yet: it counts only when its process ends before it has told
 *     what came of it
 */
record Settled(
    Settlement what, List<Scope> scopes, long day, Optional<LeaseCharge> lease, boolean underWay) {
  Settled {
    scopes = List.copyOf(scopes);
  }

  Settled(Settlement what, List<Scope> scopes, long day, Optional<LeaseCharge> lease) {
    this(what, scopes, day, lease, false);
  }

  Settled(Settlement what, List<Scope> scopes, long day) {
    this(what, scopes, day, Optional.empty());
  }

  /** The id of the exchange that it is of, of which there may be several attempts. */
  String exchange() {
    int attempt = what.id().indexOf('#');
    return attempt < 0 ? what.id() : what.id().substring(0, attempt);
  }
}
