package dev.fairlead.config;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;

/**
 * Money, beyond what single keys may spend.
 *
 * @param clampOutput where a budget does not pay for the longest answer, a shorter one is asked for
 * @param markupPercent what callers pay beyond what providers ask
 * @param prepaid nothing is spent beyond the credits that were bought
 * @param lowBalance USD of credits below which it is told
 * @param drainCancelled providers that are heard to the end when a caller leaves, because they bill
 *     the whole answer anyway
 * @param topUp is told when there is less
 * @param stripeSecret signs the payment webhook; without it there is none
 */
public record SpendingConfig(
    List<BudgetConfig> budgets,
    boolean clampOutput,
    BigDecimal markupPercent,
    boolean prepaid,
    Optional<BigDecimal> lowBalance,
    List<String> drainCancelled,
    Optional<TopUp> topUp,
    Optional<Secret> stripeSecret) {
  /**
   * An address of the operator's.
   *
   * @param token shown there
   */
  public record TopUp(String url, Optional<Secret> token) {}

  public static final SpendingConfig DEFAULT =
      new SpendingConfig(
          List.of(),
          false,
          BigDecimal.ZERO,
          false,
          Optional.empty(),
          List.of(),
          Optional.empty(),
          Optional.empty());

  /** A shorter one could be guessed. */
  public static final int SHORTEST_SECRET = 32;

  /** Above it a mark-up is a mistake. */
  public static final BigDecimal MOST_PERCENT = BigDecimal.valueOf(1_000);

  public SpendingConfig {
    budgets = List.copyOf(budgets);
    drainCancelled = List.copyOf(drainCancelled);
  }

  static SpendingConfig read(Section s) {
    BigDecimal markup = s.amount("markup_percent").orElse(BigDecimal.ZERO);
    if (markup.compareTo(MOST_PERCENT) > 0 || markup.stripTrailingZeros().scale() > 4) {
      s.problem(
          "markup_percent",
          "must be from 0 to 1000, with at most four digits behind the point",
          "write 5 for five percent");
    }
    Optional<Secret> stripe =
        s.secret("stripe_webhook_secret").filter(secret -> !secret.reveal().isBlank());
    if (stripe.filter(secret -> secret.reveal().length() < SHORTEST_SECRET).isPresent()) {
      s.problem(
          "stripe_webhook_secret",
          "is shorter than " + SHORTEST_SECRET + " characters",
          "take the signing secret of the endpoint from Stripe's dashboard; without one, leave the"
              + " line away");
    }
    SpendingConfig read =
        new SpendingConfig(
            s.sections("budgets").stream().map(BudgetConfig::read).toList(),
            s.flag("clamp_output", false),
            markup,
            s.flag("prepaid", false),
            s.amount("low_balance"),
            s.texts("drain_cancelled").orElse(List.of()),
            topUp(s),
            stripe);
    s.end();
    return read;
  }

  private static Optional<TopUp> topUp(Section s) {
    Optional<Section> section = s.section("top_up");
    if (section.isEmpty()) {
      return Optional.empty();
    }
    Section hook = section.get();
    Optional<TopUp> read =
        hook.url("url").map(url -> new TopUp(url.toString(), hook.secret("token")));
    if (read.isEmpty()) {
      hook.missing("url");
    }
    if (!s.has("low_balance")) {
      s.problem("top_up", "is never told without a low_balance", "write low_balance: 20");
    }
    hook.end();
    return read;
  }
}
