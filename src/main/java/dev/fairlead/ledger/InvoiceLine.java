package dev.fairlead.ledger;

import dev.fairlead.money.Money;

/** What one key used of one model in a month, as it stands in the books. */
public record InvoiceLine(
    String workspace,
    String key,
    String model,
    String provider,
    long requests,
    long prompt,
    long completion,
    Money charge) {}
