package dev.fairlead.money;

import java.util.List;

/**
 * The price of one meter: pico-USD a unit (10⁻¹² USD; 1 USD per million tokens is 1,000,000), with
 * other prices for long prompts.
 *
 * @param tiers ascending; the last tier whose bound the whole prompt exceeds sets the price of
 *     every unit of the request
 */
public record Rate(long picoUsd, List<Tier> tiers) {

  /** {@code picoUsd} a unit when the prompt has more than {@code aboveInputTokens} tokens. */
  public record Tier(long aboveInputTokens, long picoUsd) {}

  public Rate {
    tiers = List.copyOf(tiers);
  }

  public static Rate flat(long picoUsd) {
    return new Rate(picoUsd, List.of());
  }

  public long at(long inputTokens) {
    long price = picoUsd;
    for (Tier tier : tiers) {
      if (inputTokens > tier.aboveInputTokens()) {
        price = tier.picoUsd();
      }
    }
    return price;
  }
}
