package dev.fairlead.exchange;

import dev.fairlead.canon.Usage;
import dev.fairlead.catalog.Endpoint;
import dev.fairlead.journal.AttemptRecord;
import dev.fairlead.ledger.Settlement;
import dev.fairlead.money.Cost;
import dev.fairlead.money.Money;
import dev.fairlead.money.Reckoning;
import dev.fairlead.route.Leg;
import dev.fairlead.route.RoutePlan;
import java.util.List;
import java.util.Optional;

/**
 * Attempts that did not serve may cost all the same: what a provider asks for them is booked, and
 * the operator bears it.
 */
final class Losses {
  private static final int REFUSED = 400;

  private Losses() {}

  /**
   * @param served who answered, which is the last that was asked
   */
  static void book(
      Corridor corridor,
      Entry entry,
      RoutePlan plan,
      List<AttemptRecord> attempts,
      Optional<Endpoint> served) {
    int lost = attempts.size() - (served.isPresent() ? 1 : 0);
    for (int i = 0; i < lost; i++) {
      Optional<Settlement> settlement = settlement(entry, plan, attempts.get(i), i + 1);
      settlement.ifPresent(corridor.ledger()::lose);
    }
  }

  private static Optional<Settlement> settlement(
      Entry entry, RoutePlan plan, AttemptRecord attempt, int number) {
    Optional<Leg> leg =
        plan.legs().stream()
            .filter(it -> it.endpoint().id().equals(attempt.endpoint()) && !it.rank().own())
            .findFirst();
    Settlement.Source source = source(attempt);
    if (leg.isEmpty() || source == Settlement.Source.NONE) {
      return Optional.empty();
    }
    Endpoint endpoint = leg.get().endpoint();
    Usage used = attempt.usage().orElseGet(() -> Metered.usage(entry, attempt.outputBytes()));
    Cost cost = Reckoning.reckon(used, endpoint.priceAt(entry.arrived()));
    if (cost.total().isZero()) {
      return Optional.empty();
    }
    return Optional.of(
        new Settlement(
            entry.id() + "#" + number,
            entry.arrived(),
            entry.principal().keyId(),
            entry.principal().workspace(),
            endpoint.model(),
            endpoint.id(),
            endpoint.provider().slug(),
            source,
            cost.priceVersion(),
            Money.ZERO,
            cost.total(),
            Money.ZERO,
            used.input(),
            used.output(),
            used.reasoning(),
            true));
  }

  /** A refusal costs nothing, and neither does a request that was never sent. */
  private static Settlement.Source source(AttemptRecord attempt) {
    if (attempt.usage().isPresent()) {
      return Settlement.Source.PROVIDER;
    }
    if (attempt.outputBytes() > 0) {
      return Settlement.Source.METER;
    }
    return attempt.sentMillis() < 0 || attempt.status() >= REFUSED
        ? Settlement.Source.NONE
        : Settlement.Source.CATALOG;
  }
}
