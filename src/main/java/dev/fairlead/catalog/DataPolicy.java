package dev.fairlead.catalog;

import java.time.LocalDate;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a provider does with prompts. Unknown counts as the worst: it trains and retains.
 *
 * @param training it may train on prompts
 * @param retains it keeps prompts beyond the request
 * @param retentionDays for how long; empty when it does not say
 * @param publishes it may publish prompts
 * @param checked the day on which somebody read its terms
 */
public record DataPolicy(
    boolean training,
    boolean retains,
    OptionalInt retentionDays,
    boolean publishes,
    Optional<LocalDate> checked) {

  /** Nothing is known: fail closed. */
  public static final DataPolicy UNKNOWN =
      new DataPolicy(true, true, OptionalInt.empty(), true, Optional.empty());

  /** Prompts leave no trace: zero data retention. */
  public boolean zeroRetention() {
    return !training && !retains && !publishes;
  }
}
