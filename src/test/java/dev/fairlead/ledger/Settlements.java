package dev.fairlead.ledger;

import dev.fairlead.identity.Organization;
import dev.fairlead.identity.Tenant;
import dev.fairlead.money.Money;
import java.time.Instant;

/** Settlements of holds, for tests: of one key, model and provider. */
final class Settlements {
  private Settlements() {}

  /** Charges what it cost, as far as that was held. */
  static Settlement of(Hold hold, Instant at, long cost) {
    return of(hold, at, cost, 10, 20, 0);
  }

  static Settlement of(
      Hold hold, Instant at, long cost, long prompt, long completion, long reasoning) {
    return of(
        hold.id(),
        at,
        Settlement.Source.PROVIDER,
        hold.amount(),
        cost,
        0,
        prompt,
        completion,
        reasoning,
        false);
  }

  /** Of an attempt that did not serve. */
  static Settlement lost(String id, Instant at, long cost) {
    return of(id, at, Settlement.Source.METER, Money.ZERO, cost, 0, 10, 20, 0, true);
  }

  /** Of a call that an own credential paid. */
  static Settlement own(Hold hold, Instant at, long own) {
    return of(hold.id(), at, Settlement.Source.PROVIDER, hold.amount(), 0, own, 10, 20, 0, false);
  }

  private static Settlement of(
      String id,
      Instant at,
      Settlement.Source source,
      Money hold,
      long cost,
      long own,
      long prompt,
      long completion,
      long reasoning,
      boolean lost) {
    return new Settlement(
        id,
        at,
        "k",
        new Tenant(Organization.OPERATOR, "w"),
        "a/m",
        "p|a/m",
        "p",
        source,
        "v1",
        hold,
        new Money(cost),
        new Money(Math.min(cost, hold.nanoUsd())),
        new Money(own),
        prompt,
        completion,
        reasoning,
        lost);
  }
}
