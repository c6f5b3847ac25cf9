package dev.fairlead.limit;

import dev.fairlead.config.Measure;
import dev.fairlead.money.Money;

/**
 * What one call takes: before it the most that is expected, after it what it came to. A figure
 * below nothing counts as nothing, and one that no call can reach, which only a misreport can make,
 * as the largest that may be: so no report breaks a sum.
 */
public record Consumption(long inputTokens, long outputTokens, Money cost) {
  public static final Consumption NOTHING = new Consumption(0, 0, Money.ZERO);

  private static final long MOST_TOKENS = 1L << 40;
  private static final long MOST_NANO_USD = 1L << 50;

  public Consumption {
    inputTokens = Math.clamp(inputTokens, 0, MOST_TOKENS);
    outputTokens = Math.clamp(outputTokens, 0, MOST_TOKENS);
    cost = new Money(Math.clamp(cost.nanoUsd(), 0, MOST_NANO_USD));
  }

  /** How much of a measure it is. One call is one request, and one under way. */
  long of(Measure measure) {
    return switch (measure) {
      case REQUESTS, CONCURRENCY -> 1;
      case INPUT_TOKENS -> inputTokens;
      case OUTPUT_TOKENS -> outputTokens;
      case TOKENS -> inputTokens + outputTokens;
      case COST -> cost.nanoUsd();
    };
  }
}
