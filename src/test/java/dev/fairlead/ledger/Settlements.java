package dev.fairlead.ledger;

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
    return of(hold, at, cost, 0, prompt, completion, reasoning);
  }

  /** Of an attempt that did not serve. */
  static Settlement lost(String id, Instant at, long cost) {
    return new Settlement(
        id,
        at,
        "k",
        "w",
        "a/m",
        "p|a/m",
        "p",
        Settlement.Source.METER,
        "v1",
        Money.ZERO,
        new Money(cost),
        Money.ZERO,
        Money.ZERO,
        10,
        20,
        0,
        true);
  }

  /** Of a call that an own credential paid. */
  static Settlement own(Hold hold, Instant at, long own) {
    return of(hold, at, 0, own, 10, 20, 0);
  }

  private static Settlement of(
      Hold hold, Instant at, long cost, long own, long prompt, long completion, long reasoning) {
    return new Settlement(
        hold.id(),
        at,
        "k",
        "w",
        "a/m",
        "p|a/m",
        "p",
        Settlement.Source.PROVIDER,
        "v1",
        hold.amount(),
        new Money(cost),
        new Money(Math.min(cost, hold.amount().nanoUsd())),
        new Money(own),
        prompt,
        completion,
        reasoning,
        false);
  }
}
