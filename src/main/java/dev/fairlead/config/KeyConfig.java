package dev.fairlead.config;

import dev.fairlead.money.Interval;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A key that stands in the file instead of being made by the API.
 *
 * @param limit USD that it may spend in a period; no limit when empty
 * @param ownCredentialsCount what own credentials cost counts in the limit
 * @param management it manages and cannot infer; otherwise the reverse
 * @param addresses IP addresses and ranges of them that it may be used from; empty for anywhere
 */
public record KeyConfig(
    String name,
    Secret key,
    Optional<BigDecimal> limit,
    Interval limitReset,
    boolean ownCredentialsCount,
    boolean management,
    List<String> models,
    List<String> providers,
    List<String> addresses) {

  /** A fixed key may be any string, but not a short one. */
  public static final int SHORTEST = 16;

  /** The words for when a limit begins anew. */
  static final Map<String, Interval> PERIODS =
      Map.of(
          "never", Interval.LIFETIME,
          "daily", Interval.DAILY,
          "weekly", Interval.WEEKLY,
          "monthly", Interval.MONTHLY);

  public KeyConfig {
    models = List.copyOf(models);
    providers = List.copyOf(providers);
    addresses = List.copyOf(addresses);
  }

  static KeyConfig read(Section s) {
    Secret key = new Secret(s.requiredText("key"));
    if (s.has("key") && key.reveal().length() < SHORTEST) {
      s.problem("key", "is shorter than " + SHORTEST + " characters", "use a longer one");
    }
    KeyConfig read =
        new KeyConfig(
            s.requiredText("name"),
            key,
            s.amount("limit"),
            s.word("limit_reset", PERIODS).orElse(Interval.LIFETIME),
            s.flag("include_byok_in_limit", false),
            s.flag("management", false),
            s.texts("models").orElse(List.of()),
            s.texts("providers").orElse(List.of()),
            AddressRanges.read(s, "addresses"));
    s.end();
    return read;
  }
}
