package dev.fairlead.exchange;

import dev.fairlead.attempt.Source;
import dev.fairlead.canon.Usage;
import dev.fairlead.catalog.Endpoint;
import dev.fairlead.journal.AttemptRecord;
import dev.fairlead.ledger.Settlement;
import dev.fairlead.money.Cost;
import dev.fairlead.money.Money;
import dev.fairlead.money.Reckoning;
import dev.fairlead.route.RoutePlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Attempts that did not serve may cost all the same: what a provider asks for them is booked, and
 * the operator bears it.
 */
final class Losses {
  private static final int REFUSED = 400;

  private Losses() {}

  /** Books all attempts but the one that served. */
  static void book(
      Corridor corridor, Entry entry, RoutePlan plan, List<Source> tried, Optional<Source> served) {
    for (int i = 0; i < tried.size(); i++) {
      Source attempt = tried.get(i);
      if (served.filter(it -> it == attempt).isEmpty() && !plan.own(attempt.credential())) {
        settlement(corridor, entry, attempt, i + 1).ifPresent(corridor.ledger()::lose);
      }
    }
  }

  /**
   * Notes what all attempts would cost if this were their end.
   *
   * @return what was noted
   */
  static List<Settlement> note(Corridor corridor, Entry entry, RoutePlan plan, List<Source> tried) {
    List<Settlement> noted = new ArrayList<>();
    for (int i = 0; i < tried.size(); i++) {
      if (!plan.own(tried.get(i).credential())) {
        settlement(corridor, entry, tried.get(i), i + 1).ifPresent(noted::add);
      }
    }
    noted.forEach(corridor.ledger()::underWay);
    return noted;
  }

  private static Optional<Settlement> settlement(
      Corridor corridor, Entry entry, Source attempt, int number) {
    Endpoint endpoint = attempt.endpoint();
    Spent spent = spent(corridor.yardsticks(), entry, attempt);
    Usage used = spent.used();
    Cost cost = Reckoning.reckon(used, endpoint.priceAt(entry.arrived()));
    if (cost.total().isZero()) {
      return Optional.empty();
    }
    return Optional.of(
        new Settlement(
            entry.id() + "#" + number,
            entry.arrived(),
            entry.principal().keyId(),
            entry.principal().key().tenant(),
            endpoint.model(),
            endpoint.id(),
            endpoint.provider().slug(),
            spent.source(),
            cost.priceVersion(),
            Money.ZERO,
            cost.total(),
            Money.ZERO,
            Money.ZERO,
            used.input(),
            used.output(),
            used.reasoning(),
            true));
  }

  /**
   * A refusal costs nothing, and neither does a request that was never sent. Of one that was, and
   * of which nothing came back, no more is known than how long its prompt was.
   */
  private static Spent spent(Yardsticks yardsticks, Entry entry, Source attempt) {
    Spent spent = yardsticks.spent(entry, attempt);
    AttemptRecord record = attempt.record();
    boolean read = record.sentMillis() >= 0 && record.status() < REFUSED;
    return spent.usage().isEmpty() && read
        ? Spent.of(
            Usage.of(yardsticks.prompt(entry, attempt.endpoint()), 0), Settlement.Source.CATALOG)
        : spent;
  }
}
