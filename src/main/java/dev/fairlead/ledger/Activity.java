package dev.fairlead.ledger;

import dev.fairlead.money.Money;
import java.time.LocalDate;
import java.util.Optional;

/**
 * What was used of one endpoint on one day, in UTC.
 *
 * @param workspace the id of one; empty for all that were asked for
 * @param own what the provider asks of the organization itself
 */
public record Activity(
    LocalDate day,
    Optional<String> workspace,
    String model,
    String endpoint,
    String provider,
    Money usage,
    Money own,
    long requests,
    long prompt,
    long completion,
    long reasoning) {

  /**
   * Whose.
   *
   * @param workspace the id of one of the organization's; empty for all
   * @param key the id of one; empty for all
   */
  public record Of(String organization, Optional<String> workspace, Optional<String> key) {}
}
