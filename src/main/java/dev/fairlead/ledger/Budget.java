package dev.fairlead.ledger;

import dev.fairlead.identity.Scope;
import dev.fairlead.money.Interval;
import dev.fairlead.money.Money;

/** What a scope may spend in each period. */
public record Budget(Scope scope, Interval interval, Money limit) {}
