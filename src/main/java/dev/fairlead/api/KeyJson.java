package dev.fairlead.api;

import dev.fairlead.identity.Key;
import dev.fairlead.identity.Principal;
import dev.fairlead.wire.JsonWriter;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * OpenRouter's object of the calling key. Nothing is limited and nothing is summed up here yet:
 * limits are null and sums are 0 until there is a ledger.
 */
final class KeyJson {
  private static final List<String> SUMS =
      List.of(
          "usage",
          "usage_daily",
          "usage_weekly",
          "usage_monthly",
          "byok_usage",
          "byok_usage_daily",
          "byok_usage_weekly",
          "byok_usage_monthly");

  private KeyJson() {}

  static void write(JsonWriter out, Principal principal, Optional<Key> key) {
    out.beginObject()
        .field("label", key.map(Key::label).orElse(""))
        .field("name", principal.keyName())
        .field("hash", principal.keyId());
    Fields.none(out, "limit");
    Fields.none(out, "limit_remaining");
    Fields.none(out, "limit_reset");
    SUMS.forEach(sum -> out.field(sum, 0));
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
        .field("note", "No request limits are set; this field is deprecated.")
        .endObject()
        .endObject();
  }
}
