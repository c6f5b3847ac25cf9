package dev.fairlead.exchange;

import dev.fairlead.attempt.Source;
import dev.fairlead.canon.Fault;
import dev.fairlead.canon.StopReason;
import dev.fairlead.canon.Usage;
import dev.fairlead.catalog.Endpoint;
import dev.fairlead.ledger.Settlement;
import dev.fairlead.limit.Consumption;
import dev.fairlead.money.Cost;
import dev.fairlead.money.Money;
import dev.fairlead.money.Reckoning;
import dev.fairlead.relay.Tally;
import dev.fairlead.route.RoutePlan;
import java.util.Optional;

/**
 * What an exchange comes to.
 *
 * @param source who served; empty when nothing of any answer reached the caller
 * @param spent what that used
 * @param asked what the provider asks for it
 * @param own of the organization itself, whose credential was shown
 * @param charged what the caller pays: never more than is held
 */
record Bill(Optional<Source> source, Spent spent, Cost asked, boolean own, Cost charged) {

  static Bill of(
      Corridor corridor,
      Entry entry,
      RoutePlan plan,
      Money hold,
      Tally tally,
      Optional<Fault> fault) {
    Optional<Source> source = tally.source();
    Spent spent = source.map(it -> corridor.yardsticks().spent(entry, it)).orElse(Spent.NOTHING);
    Cost asked =
        source
            .map(it -> it.endpoint().priceAt(entry.arrived()))
            .flatMap(price -> spent.usage().map(used -> Reckoning.reckon(used, price)))
            .orElse(Cost.NOTHING);
    boolean own = source.map(Source::credential).filter(plan::own).isPresent();
    boolean free = own || nothingCame(tally, spent.used(), fault);
    Cost charged =
        corridor.spending(entry.principal()).markup().on(asked).atMost(free ? Money.ZERO : hold);
    return new Bill(source, spent, asked, own, charged);
  }

  /** An answer without a word that did not end well is free, whatever the provider asks for it. */
  private static boolean nothingCame(Tally tally, Usage used, Optional<Fault> fault) {
    boolean silent = tally.output().isNone() && used.output() == 0;
    boolean unwell = fault.isPresent() || tally.stop().filter(s -> s != StopReason.ERROR).isEmpty();
    return silent && unwell;
  }

  Optional<Endpoint> endpoint() {
    return source.map(Source::endpoint);
  }

  boolean isFree() {
    return charged.total().isZero();
  }

  Consumption consumption() {
    return new Consumption(spent.used().input(), spent.used().output(), charged.total());
  }

  /** As the books have it; empty where nobody served. */
  Optional<Settlement> settlement(Entry entry, Money hold) {
    Usage used = spent.used();
    return endpoint()
        .map(
            served ->
                new Settlement(
                    entry.id(),
                    entry.arrived(),
                    entry.principal().keyId(),
                    entry.principal().key().tenant(),
                    served.model(),
                    served.id(),
                    served.provider().slug(),
                    spent.source(),
                    charged.priceVersion(),
                    hold,
                    own ? Money.ZERO : asked.total(),
                    charged.total(),
                    own ? asked.total() : Money.ZERO,
                    used.input(),
                    used.output(),
                    used.reasoning(),
                    false));
  }
}
