package dev.fairlead.operation;

import dev.fairlead.identity.AddressRange;
import dev.fairlead.identity.Allowance;
import dev.fairlead.identity.Key;
import dev.fairlead.identity.KeyTerms;
import dev.fairlead.ledger.Standing;
import dev.fairlead.money.Interval;
import dev.fairlead.money.Money;
import dev.fairlead.wire.JsonWriter;
import java.time.Instant;
import java.util.Optional;

/** OpenRouter's members of a key: what it may do, and what it has spent. */
public final class KeyJson {
  private KeyJson() {}

  /**
   * Into an object that is open.
   *
   * @param own what own credentials cost
   */
  public static void members(JsonWriter out, Key key, Standing standing, Standing own) {
    KeyTerms terms = key.terms();
    Optional<Allowance> allowance = terms.allowance();
    out.field("hash", key.id())
        .field("name", key.name())
        .field("label", key.label())
        .field("disabled", terms.disabled());
    amount(out, "limit", allowance.map(Allowance::limit));
    // As at OpenRouter, what is held is not taken off.
    Standing counted = terms.ownCredentialsCount() ? own : Standing.NOTHING;
    amount(
        out,
        "limit_remaining",
        allowance.map(
            a -> a.limit().less(standing.spent(a.reset()).plus(counted.spent(a.reset())))));
    Fields.text(
        out,
        "limit_reset",
        allowance.map(Allowance::reset).filter(r -> r != Interval.LIFETIME).map(Interval::word));
    out.field("include_byok_in_limit", terms.ownCredentialsCount())
        .field("usage", standing.lifetime().usd())
        .field("usage_daily", standing.today().usd())
        .field("usage_weekly", standing.thisWeek().usd())
        .field("usage_monthly", standing.thisMonth().usd())
        .field("held", standing.held().usd());
    out.field("byok_usage", own.lifetime().usd())
        .field("byok_usage_daily", own.today().usd())
        .field("byok_usage_weekly", own.thisWeek().usd())
        .field("byok_usage_monthly", own.thisMonth().usd())
        .field("created_at", key.createdAt().toString());
    Fields.text(out, "updated_at", key.updatedAt().map(Instant::toString));
    Fields.text(out, "expires_at", terms.expiresAt().map(Instant::toString));
    Fields.text(out, "creator_user_id", key.creator());
    out.field("workspace_id", key.workspace());
    out.field("organization_id", key.organization());
    Fields.texts(out, "models", terms.models());
    Fields.texts(out, "providers", terms.providers());
    Fields.texts(out, "addresses", terms.addresses().stream().map(AddressRange::text).toList());
  }

  private static void amount(JsonWriter out, String name, Optional<Money> amount) {
    out.name(name);
    amount.map(Money::usd).ifPresentOrElse(out::value, out::nullValue);
  }
}
