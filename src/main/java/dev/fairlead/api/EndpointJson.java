package dev.fairlead.api;

import dev.fairlead.catalog.Endpoint;
import dev.fairlead.catalog.Model;
import dev.fairlead.operation.Fields;
import dev.fairlead.route.EndpointStats;
import dev.fairlead.route.Percentiles;
import dev.fairlead.wire.JsonWriter;
import java.time.Instant;

/** OpenRouter's {@code PublicEndpoint}, in the order of its description. */
final class EndpointJson {
  private EndpointJson() {}

  /**
   * @param model the row of the list under which it is shown
   * @param known the caller showed a key: latency and throughput are for those alone
   */
  static void write(
      JsonWriter out,
      Model model,
      Endpoint endpoint,
      Standing standing,
      boolean known,
      Instant now) {
    EndpointStats stats = standing.stats(endpoint);
    out.beginObject()
        .field("name", endpoint.provider().name() + " | " + model.canonicalSlug())
        .field("model_id", model.id())
        .field("model_name", model.name())
        .field("context_length", endpoint.contextLength());
    PricingJson.write(out.name("pricing"), endpoint.priceAt(now));
    out.field("provider_name", endpoint.provider().name())
        .field("tag", endpoint.tag())
        .field("quantization", endpoint.quantization());
    Fields.number(out, "max_completion_tokens", endpoint.maxOutput());
    Fields.number(out, "max_prompt_tokens", endpoint.maxPrompt());
    Fields.texts(out, "supported_parameters", Vocabulary.of(endpoint));
    out.field("status", standing.status(endpoint, now));
    Fields.number(out, "uptime_last_30m", stats.uptime30m());
    Fields.number(out, "uptime_last_5m", stats.uptime5m());
    Fields.number(out, "uptime_last_1d", stats.uptime1d());
    out.field("supports_implicit_caching", endpoint.cachesPrompts())
        .field("supports_voice_cloning", false);
    percentiles(out, "latency_last_30m", stats.latency(), known);
    percentiles(out, "throughput_last_30m", stats.throughput(), known);
    out.endObject();
  }

  private static void percentiles(JsonWriter out, String name, Percentiles seen, boolean known) {
    out.name(name);
    if (!known || seen.isNone()) {
      out.nullValue();
      return;
    }
    out.beginObject()
        .field("p50", seen.p50())
        .field("p75", seen.p75())
        .field("p90", seen.p90())
        .field("p99", seen.p99())
        .endObject();
  }
}
