package dev.fairlead.limit;

import dev.fairlead.config.Measure;
import dev.fairlead.config.Per;
import dev.fairlead.config.RateLimitConfig;
import dev.fairlead.identity.Scope;
import dev.fairlead.money.Money;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A limit: in no window of a length does any of its scopes have more than an amount of a measure.
 *
 * @param name how it is called in errors
 * @param kind what it is set on; each scope of the kind has the whole amount for itself
 * @param only the ids or names of the scopes that alone it is set on; empty for all of the kind
 * @param amount in the measure's unit: calls, tokens, nano-USD
 * @param per the window; empty for concurrency, which has none
 * @param freeModelsOnly only calls of models without a price count
 */
public record Rule(
    String name,
    Scope.Kind kind,
    Set<String> only,
    Measure measure,
    long amount,
    Optional<Per> per,
    boolean freeModelsOnly) {

  public Rule {
    only = Set.copyOf(only);
    if (amount < 0 || amount > RateLimitConfig.MOST) {
      throw new IllegalArgumentException(
          "the limit '"
              + name
              + "' of "
              + amount
              + " must be between 0 and "
              + RateLimitConfig.MOST);
    }
    if (per.isPresent() == (measure == Measure.CONCURRENCY)) {
      throw new IllegalArgumentException(
          "the limit '"
              + name
              + "' on "
              + measure.word()
              + (per.isPresent() ? " must have no window" : " needs a window"));
    }
  }

  /** As it stands in the configuration. */
  public static Rule of(RateLimitConfig config) {
    return new Rule(
        config.name(),
        Scope.Kind.valueOf(config.scope().toUpperCase(Locale.ROOT)),
        Set.copyOf(config.only()),
        config.measure(),
        config.measure() == Measure.COST
            ? Money.ofUsd(config.amount()).nanoUsd()
            : config.amount().longValueExact(),
        config.per(),
        config.freeModels());
  }

  public static List<Rule> of(List<RateLimitConfig> configs) {
    return configs.stream().map(Rule::of).toList();
  }
}
