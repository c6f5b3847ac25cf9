package dev.fairlead.ledger;

import dev.fairlead.identity.Scope;
import dev.fairlead.identity.Tenant;
import dev.fairlead.money.Money;
import java.time.Instant;

/**
 * What became of a hold, as the books have it.
 *
 * @param at when the request was admitted
 * @param source where the usage comes from
 * @param hold what was held
 * @param cost what the provider asks, by our price list; counts beyond all sense are cut
 * @param charge what the caller pays: never more than was held
 * @param own what the provider asks of the organization itself, whose credential it was shown
 * @param lost of an attempt that did not serve: nobody is charged, and no request is counted
 */
public record Settlement(
    String id,
    Instant at,
    String key,
    Tenant tenant,
    String model,
    String endpoint,
    String provider,
    Source source,
    String priceVersion,
    Money hold,
    Money cost,
    Money charge,
    Money own,
    long prompt,
    long completion,
    long reasoning,
    boolean lost) {

  /** Where the figure of usage comes from. */
  public enum Source {
    /** The provider told it. */
    PROVIDER,
    /** The gateway counted what passed. */
    METER,
    /** Nothing was used. */
    NONE,
    /** Nobody told, and nothing came: reckoned from the price list, for the prompt alone. */
    CATALOG;

    public String word() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /** No answer costs more; what a provider says beyond it would only break the sums. */
  private static final Money MOST_COST = new Money(100_000_000_000_000L);

  private static final long MOST_TOKENS = 1L << 40;

  public Settlement {
    Money most = charge.compareTo(MOST_COST) > 0 ? charge : MOST_COST;
    cost = cost.compareTo(most) > 0 ? most : cost;
    own = own.compareTo(MOST_COST) > 0 ? MOST_COST : own;
    prompt = Math.clamp(prompt, 0, MOST_TOKENS);
    completion = Math.clamp(completion, 0, MOST_TOKENS);
    reasoning = Math.clamp(reasoning, 0, MOST_TOKENS);
    if (charge.nanoUsd() < 0
        || charge.compareTo(hold) > 0
        || cost.nanoUsd() < 0
        || own.nanoUsd() < 0) {
      throw new IllegalArgumentException("a charge lies between nothing and its hold: " + id);
    }
  }

  /** False for models and providers that were thought of and have not served. */
  public boolean concerns(Scope scope) {
    return switch (scope.kind()) {
      case MODEL -> scope.id().equals(model);
      case PROVIDER -> scope.id().equals(provider);
      case ORGANIZATION, WORKSPACE, MEMBER, KEY, END_USER, TAG -> true;
    };
  }

  /** The same attempt, which has come to nothing. */
  public Settlement nothing() {
    return with(Source.NONE, Money.ZERO, Money.ZERO, 0, 0, 0);
  }

  /** The same, where less is charged. */
  Settlement charged(long nano) {
    return with(source, cost, new Money(nano), prompt, completion, reasoning);
  }

  private Settlement with(
      Source from, Money costs, Money charges, long input, long output, long thought) {
    return new Settlement(
        id,
        at,
        key,
        tenant,
        model,
        endpoint,
        provider,
        from,
        priceVersion,
        hold,
        costs,
        charges,
        own,
        input,
        output,
        thought,
        lost);
  }

  /** What the operator earns, because the caller pays more than the provider asks. */
  public Money margin() {
    return charge.less(cost);
  }

  /** What the operator bears, because it was not held or is not charged. */
  public Money absorbed() {
    return cost.less(charge);
  }
}
