package dev.fairlead.route;

import dev.fairlead.wire.JsonWriter;
import java.util.List;
import java.util.Optional;

/**
 * What the caller wants of routing, in the words of OpenRouter's request (its {@code provider}
 * object and what stands beside it).
 *
 * @param models as named, variants included: the first is wanted, the others are fallbacks
 * @param order slugs to be tried in this order; turns balancing and stickiness off
 * @param only slugs that alone may serve; empty when nothing was said
 * @param ignore slugs that must not serve
 * @param allowFallbacks false: one endpoint of a model, or the listed ones, and its own failure
 * @param requireParameters only endpoints that honour every parameter sent
 * @param denyCollection {@code data_collection: deny}
 * @param zdr only endpoints that retain nothing
 * @param distillable only models whose author permits distillation
 * @param quantizations that alone may serve; empty for any
 * @param acrossModels {@code partition: none}: one pool of all models, sorted together
 * @param minThroughput wished, in tokens a second
 * @param maxLatencySeconds wished, in seconds to the first token
 * @param sessionId of the conversation; binds it to an endpoint
 * @param promptCacheKey what binds it where there is no session
 */
public record RoutingWish(
    List<String> models,
    List<String> order,
    Optional<List<String>> only,
    List<String> ignore,
    boolean allowFallbacks,
    boolean requireParameters,
    boolean denyCollection,
    boolean zdr,
    boolean distillable,
    List<String> quantizations,
    Optional<Sort> sort,
    boolean acrossModels,
    PriceCap maxPrice,
    Cutoffs minThroughput,
    Cutoffs maxLatencySeconds,
    ServiceTier tier,
    OwnCredential ownCredential,
    Optional<String> sessionId,
    Optional<String> promptCacheKey) {

  /** Most models that one request may name. */
  public static final int MOST_MODELS = 16;

  public RoutingWish {
    models = List.copyOf(models);
    order = List.copyOf(order);
    only = only.map(List::copyOf);
    ignore = List.copyOf(ignore);
    quantizations = List.copyOf(quantizations);
  }

  /** These models in any way. */
  public static RoutingWish of(List<String> models) {
    return new RoutingWish(
        models,
        List.of(),
        Optional.empty(),
        List.of(),
        true,
        false,
        false,
        false,
        false,
        List.of(),
        Optional.empty(),
        false,
        PriceCap.NONE,
        Cutoffs.NONE,
        Cutoffs.NONE,
        ServiceTier.STANDARD,
        OwnCredential.PREFER,
        Optional.empty(),
        Optional.empty());
  }

  /** What of it restricts, as one more layer beside those of account and configuration. */
  Restriction restriction() {
    return new Restriction(
        Restriction.REQUEST,
        only,
        ignore,
        Optional.empty(),
        List.of(),
        quantizations,
        denyCollection,
        zdr,
        distillable,
        maxPrice,
        Optional.empty());
  }

  /** In the caller's form, so that {@link RoutingWishReader} reads it back. */
  void write(JsonWriter out) {
    out.beginObject();
    Words.write(out, "models", models);
    writeProvider(out);
    if (tier != ServiceTier.STANDARD) {
      out.field("service_tier", tier.word());
    }
    sessionId.ifPresent(id -> out.field("session_id", id));
    promptCacheKey.ifPresent(key -> out.field("prompt_cache_key", key));
    out.endObject();
  }

  private void writeProvider(JsonWriter out) {
    out.name("provider").beginObject();
    Words.write(out, "order", order);
    only.ifPresent(slugs -> Words.write(out, "only", slugs));
    Words.write(out, "ignore", ignore);
    Words.flag(out, "require_parameters", requireParameters);
    Words.flag(out, "zdr", zdr);
    Words.flag(out, "enforce_distillable_text", distillable);
    Words.write(out, "quantizations", quantizations);
    if (!allowFallbacks) {
      out.field("allow_fallbacks", false);
    }
    if (denyCollection) {
      out.field("data_collection", "deny");
    }
    if (sort.isPresent() || acrossModels) {
      out.name("sort").beginObject();
      sort.ifPresent(by -> out.field("by", by.word()));
      out.field("partition", acrossModels ? "none" : "model").endObject();
    }
    if (!maxPrice.isNone()) {
      maxPrice.write(out.name("max_price"));
    }
    if (!minThroughput.isNone()) {
      minThroughput.write(out.name("preferred_min_throughput"));
    }
    if (!maxLatencySeconds.isNone()) {
      maxLatencySeconds.write(out.name("preferred_max_latency"));
    }
    if (ownCredential != OwnCredential.PREFER) {
      out.field("byok", ownCredential.word());
    }
    out.endObject();
  }

  /** The same wish for other models. */
  public RoutingWish withModels(List<String> names) {
    return new RoutingWish(
        names,
        order,
        only,
        ignore,
        allowFallbacks,
        requireParameters,
        denyCollection,
        zdr,
        distillable,
        quantizations,
        sort,
        acrossModels,
        maxPrice,
        minThroughput,
        maxLatencySeconds,
        tier,
        ownCredential,
        sessionId,
        promptCacheKey);
  }
}
