package dev.fairlead.ledger;

import dev.fairlead.money.Money;
import java.time.LocalDate;

/** What was used of one endpoint on one day, in UTC. */
public record Activity(
    LocalDate day,
    String model,
    String endpoint,
    String provider,
    Money usage,
    long requests,
    long prompt,
    long completion,
    long reasoning) {}
