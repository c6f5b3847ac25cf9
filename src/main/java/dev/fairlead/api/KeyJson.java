package dev.fairlead.api;

import dev.fairlead.identity.Allowance;
import dev.fairlead.identity.Key;
import dev.fairlead.identity.Principal;
import dev.fairlead.ledger.Standing;
import dev.fairlead.money.Interval;
import dev.fairlead.money.Money;
import dev.fairlead.wire.JsonWriter;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** OpenRouter's object of the calling key: what it may do, and what it has spent. */
final class KeyJson {
  private static final List<String> OWN_CREDENTIALS =
      List.of("byok_usage", "byok_usage_daily", "byok_usage_weekly", "byok_usage_monthly");

  private KeyJson() {}

  static void write(JsonWriter out, Principal principal, Optional<Key> key, Standing standing) {
    Optional<Allowance> allowance = key.flatMap(Key::allowance);
    out.beginObject()
        .field("label", key.map(Key::label).orElse(""))
        .field("name", principal.keyName())
        .field("hash", principal.keyId());
    amount(out, "limit", allowance.map(Allowance::limit));
    // As at OpenRouter, what is held is not taken off.
    amount(out, "limit_remaining", allowance.map(a -> a.limit().less(standing.spent(a.reset()))));
    Fields.text(
        out,
        "limit_reset",
        allowance.map(Allowance::reset).filter(r -> r != Interval.LIFETIME).map(Interval::word));
    out.field("usage", standing.lifetime().usd())
        .field("usage_daily", standing.today().usd())
        .field("usage_weekly", standing.thisWeek().usd())
        .field("usage_monthly", standing.thisMonth().usd());
    out.field("held", standing.held().usd());
    OWN_CREDENTIALS.forEach(sum -> out.field(sum, 0));
    out.field("include_byok_in_limit", false)
        .field("is_free_tier", false)
        .field("is_management_key", principal.management())
        .field("is_provisioning_key", principal.management());
    Fields.none(out, "creator_user_id");
    Fields.text(out, "expires_at", key.flatMap(Key::expiresAt).map(Instant::toString));
    out.name("rate_limit")
        .beginObject()
        .field("requests", -1)
        .field("interval", "10s")
        .field(
            "note",
            "Deprecated: the header fields of each answer tell the limits that apply to it.")
        .endObject()
        .endObject();
  }

  private static void amount(JsonWriter out, String name, Optional<Money> amount) {
    out.name(name);
    amount.map(Money::usd).ifPresentOrElse(out::value, out::nullValue);
  }
}
