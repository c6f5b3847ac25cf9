package dev.fairlead.ledger;

import dev.fairlead.money.Money;
import java.time.LocalDate;

/**
 * What was used of one endpoint on one day, in UTC.
 *
 * @param own what the provider asks of the organization itself
 */
public record Activity(
    LocalDate day,
    String model,
    String endpoint,
    String provider,
    Money usage,
    Money own,
    long requests,
    long prompt,
    long completion,
    long reasoning) {}
