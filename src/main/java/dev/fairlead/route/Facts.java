package dev.fairlead.route;

import dev.fairlead.catalog.Auth;
import dev.fairlead.catalog.Endpoint;
import dev.fairlead.catalog.Provider;
import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.JsonWriter;
import java.util.List;
import java.util.Locale;

/**
 * What the catalog says of an endpoint, as far as routing decides by it; what it says about the
 * request's needs stands in {@link Candidate}.
 *
 * @param provider its slug, in lower case as all names that preferences compare
 * @param providerName its display name, in lower case
 * @param tag in lower case
 * @param stores keeps prompts, and not merely in passing
 * @param contextLength in tokens; as all bounds {@link Long#MAX_VALUE} where there is none
 * @param keyless can be called without a credential
 */
record Facts(
    String endpoint,
    String model,
    String provider,
    String providerName,
    String tag,
    String family,
    ServiceTier tier,
    int status,
    String region,
    boolean trains,
    boolean stores,
    boolean publishes,
    boolean zeroRetention,
    String quantization,
    boolean distillable,
    long contextLength,
    long maxPrompt,
    long maxOutput,
    boolean caches,
    boolean keyless) {

  static Facts of(Endpoint endpoint, boolean distillable) {
    Provider provider = endpoint.provider();
    String tag = endpoint.tag().toLowerCase(Locale.ROOT);
    var policy = endpoint.dataPolicy();
    return new Facts(
        endpoint.id(),
        endpoint.model(),
        provider.slug().toLowerCase(Locale.ROOT),
        provider.name().toLowerCase(Locale.ROOT),
        tag,
        provider.family(),
        ServiceTier.ofTag(tag),
        endpoint.status(),
        endpoint.region().orElse(""),
        policy.training(),
        policy.retains() && policy.retentionDays().orElse(Integer.MAX_VALUE) > 0,
        policy.publishes(),
        policy.zeroRetention(),
        endpoint.quantization().toLowerCase(Locale.ROOT),
        distillable,
        endpoint.contextLength() > 0 ? endpoint.contextLength() : Long.MAX_VALUE,
        endpoint.maxPrompt().orElse(Long.MAX_VALUE),
        endpoint.maxOutput().orElse(Long.MAX_VALUE),
        endpoint.cachesPrompts(),
        provider.builtin() || provider.auth() instanceof Auth.None);
  }

  /**
   * Whether a slug of a preference means this endpoint: the full tag, the provider's slug or its
   * display name. All in lower case.
   *
   * @param tierToo whether the provider's name alone means its endpoints of special tiers too
   */
  boolean isMeantBy(String slug, boolean tierToo) {
    if (slug.equals(tag)) {
      return true;
    }
    return (tier == ServiceTier.STANDARD || tierToo)
        && (slug.equals(provider) || slug.equals(providerName));
  }

  /** Whether one of these slugs names an endpoint of a special tier in full. */
  static boolean nameTier(List<String> slugs) {
    for (String slug : slugs) {
      if (ServiceTier.ofTag(slug) != ServiceTier.STANDARD) {
        return true;
      }
    }
    return false;
  }

  void write(JsonWriter out) {
    out.beginObject()
        .field("endpoint", endpoint)
        .field("model", model)
        .field("provider", provider)
        .field("provider_name", providerName)
        .field("tag", tag)
        .field("family", family)
        .field("status", status)
        .field("region", region)
        .field("quantization", quantization);
    Words.flag(out, "trains", trains);
    Words.flag(out, "stores", stores);
    Words.flag(out, "publishes", publishes);
    Words.flag(out, "zero_retention", zeroRetention);
    Words.flag(out, "distillable", distillable);
    Words.flag(out, "caches", caches);
    Words.flag(out, "keyless", keyless);
    bound(out, "context_length", contextLength);
    bound(out, "max_prompt", maxPrompt);
    bound(out, "max_output", maxOutput);
    out.endObject();
  }

  private static void bound(JsonWriter out, String name, long bound) {
    if (bound != Long.MAX_VALUE) {
      out.field(name, bound);
    }
  }

  static Facts read(JsonNode node) {
    String tag = node.get("tag").textOr("");
    return new Facts(
        node.get("endpoint").textOr(""),
        node.get("model").textOr(""),
        node.get("provider").textOr(""),
        node.get("provider_name").textOr(""),
        tag,
        node.get("family").textOr(""),
        ServiceTier.ofTag(tag),
        (int) node.get("status").longOr(0),
        node.get("region").textOr(""),
        node.get("trains").boolOr(false),
        node.get("stores").boolOr(false),
        node.get("publishes").boolOr(false),
        node.get("zero_retention").boolOr(false),
        node.get("quantization").textOr(""),
        node.get("distillable").boolOr(false),
        node.get("context_length").longOr(Long.MAX_VALUE),
        node.get("max_prompt").longOr(Long.MAX_VALUE),
        node.get("max_output").longOr(Long.MAX_VALUE),
        node.get("caches").boolOr(false),
        node.get("keyless").boolOr(false));
  }
}
