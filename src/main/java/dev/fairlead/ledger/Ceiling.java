package dev.fairlead.ledger;

import dev.fairlead.catalog.Endpoint;
import dev.fairlead.money.Meter;
import dev.fairlead.money.Money;
import dev.fairlead.money.Price;
import dev.fairlead.money.Rate;
import java.math.BigInteger;
import java.time.Instant;
import java.util.OptionalLong;

/**
 * The most that a request can cost at an endpoint: every byte of the body a token at the dearest
 * rate of a prompt, and as much output as the caller or else the endpoint allows.
 *
 * @param inputPico of the whole prompt, in pico-USD
 * @param outputRate of the dearest token of output, in pico-USD
 * @param outputTokens the most that can come
 */
public record Ceiling(BigInteger inputPico, long outputRate, long outputTokens) {
  /** More searches than a provider makes for one answer. */
  private static final long SEARCHES = 20;

  /**
   * @param bodyBytes of the request: a token has at least one
   * @param maxTokens the caller's bound, of each choice
   */
  public static Ceiling of(
      Endpoint endpoint, Instant when, long bodyBytes, OptionalLong maxTokens, long choices) {
    Price price = endpoint.priceAt(when);
    long input = 0;
    long output = 0;
    long pieces = 0;
    for (var rate : price.rates().entrySet()) {
      long dearest = dearest(rate.getValue());
      switch (rate.getKey()) {
        case REQUEST -> pieces += dearest;
        case SEARCH -> pieces += SEARCHES * dearest;
        default -> {
          if (Meter.COMPLETION.contains(rate.getKey())) {
            output = Math.max(output, dearest);
          } else {
            input = Math.max(input, dearest);
          }
        }
      }
    }
    long most = endpoint.maxOutput().orElse(endpoint.contextLength());
    long bound = Math.max(1, Math.min(most, maxTokens.orElse(most)));
    BigInteger prompt =
        BigInteger.valueOf(bodyBytes)
            .multiply(BigInteger.valueOf(input))
            .add(BigInteger.valueOf(pieces));
    return new Ceiling(prompt, output, bound * Math.clamp(choices, 1, 128));
  }

  private static long dearest(Rate rate) {
    long dearest = rate.picoUsd();
    for (Rate.Tier tier : rate.tiers()) {
      dearest = Math.max(dearest, tier.picoUsd());
    }
    return Math.max(0, dearest);
  }

  public Money amount() {
    BigInteger output = BigInteger.valueOf(outputRate).multiply(BigInteger.valueOf(outputTokens));
    return Money.ofPico(inputPico.add(output));
  }

  /** How many tokens of output an amount pays for, once the prompt is paid. */
  public long affordable(Money left) {
    BigInteger rest =
        BigInteger.valueOf(left.nanoUsd()).multiply(BigInteger.valueOf(1000)).subtract(inputPico);
    return rest.signum() <= 0 || outputRate == 0
        ? 0
        : rest.divide(BigInteger.valueOf(outputRate))
            .min(BigInteger.valueOf(outputTokens))
            .longValue();
  }
}
