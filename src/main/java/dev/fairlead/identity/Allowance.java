package dev.fairlead.identity;

import dev.fairlead.money.Interval;
import dev.fairlead.money.Money;

/** What may be spent in each period. */
public record Allowance(Money limit, Interval reset) {}
