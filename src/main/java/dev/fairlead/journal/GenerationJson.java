package dev.fairlead.journal;

import dev.fairlead.canon.Fault;
import dev.fairlead.canon.Loss;
import dev.fairlead.canon.Usage;
import dev.fairlead.money.Cost;
import dev.fairlead.wire.JsonWriter;
import java.util.Optional;

/**
 * A generation as JSON: OpenRouter's fields of {@code GET /generation} (source: its API reference),
 * and beside them what we can tell and it does not: faults, losses, the cost by item, the decision.
 */
final class GenerationJson {
  private GenerationJson() {}

  static byte[] render(Generation generation) {
    JsonWriter out = new JsonWriter(2048);
    out.beginObject();
    identity(out, generation);
    outcome(out, generation);
    usage(out, generation.usage().orElse(Usage.ZERO));
    cost(out, generation.cost());
    attempts(out, generation);
    provenance(out, generation);
    return out.endObject().toBytes();
  }

  private static void identity(JsonWriter out, Generation g) {
    out.field("id", g.id());
    out.field("request_id", g.id());
    out.field("created_at", g.createdAt().toString());
    out.field("api_type", "completions");
    out.field("dialect", g.dialect().id());
    out.field("operation", g.operation());
    out.field("requested_model", g.requestedModel());
    text(out, "model", g.model());
    text(out, "provider_name", g.providerName());
    text(out, "endpoint", g.endpoint());
    out.field("api_key_hash", g.caller().keyId());
    out.field("api_key_name", g.caller().keyName());
    text(out, "external_user", g.caller().user());
    text(out, "session_id", g.caller().session());
    text(out, "http_referer", g.caller().referer());
    text(out, "app_title", g.caller().title());
    text(out, "user_agent", g.caller().userAgent());
    text(out, "origin", g.caller().referer());
    out.name("app_id").nullValue();
    out.name("router").nullValue();
    out.name("preset_id").nullValue();
    out.name("response_cache_source_id").nullValue();
    out.field("data_region", "global");
    out.field("is_byok", false);
  }

  private static void outcome(JsonWriter out, Generation g) {
    out.field("streamed", g.streamed());
    out.field("cancelled", g.cancelled());
    out.field("status", g.status());
    text(
        out, "finish_reason", g.stop().map(stop -> stop.name().toLowerCase(java.util.Locale.ROOT)));
    text(out, "native_finish_reason", g.nativeFinish());
    millis(out, "latency", g.latencyMillis());
    out.field("generation_time", g.durationMillis());
    out.field("overhead_us", g.overheadMicros());
    out.name("moderation_latency").nullValue();
    Optional<Fault> fault = g.fault();
    if (fault.isPresent()) {
      out.name("error").beginObject();
      out.field("code", fault.get().status());
      out.field("kind", fault.get().kind().word());
      out.field("source", fault.get().source().name().toLowerCase(java.util.Locale.ROOT));
      out.field("message", fault.get().message());
      text(out, "provider_code", fault.get().providerCode());
      out.endObject();
    } else {
      out.name("error").nullValue();
    }
  }

  private static void usage(JsonWriter out, Usage usage) {
    out.field("tokens_prompt", usage.input());
    out.field("tokens_completion", usage.output());
    out.field("native_tokens_prompt", usage.input());
    out.field("native_tokens_completion", usage.output());
    out.field("native_tokens_reasoning", usage.reasoning());
    out.field("native_tokens_cached", usage.cacheRead());
    out.field("native_tokens_cache_write", usage.cacheWrite());
    out.field("native_tokens_completion_images", usage.outputImage());
    out.name("num_media_prompt").nullValue();
    out.name("num_media_completion").nullValue();
    out.field("num_input_audio_prompt", usage.inputAudio());
    out.field("num_search_results", usage.searches());
    if (usage.original().isPresent()) {
      out.field("provider_usage", usage.original().get());
    }
    if (usage.statedCost().isPresent()) {
      out.field("provider_stated_cost", usage.statedCost().get());
    }
  }

  private static void cost(JsonWriter out, Cost cost) {
    out.field("total_cost", cost.total().usd());
    out.field("usage", cost.total().usd());
    out.field("upstream_inference_cost", cost.total().usd());
    out.name("cache_discount").nullValue();
    out.field("price_version", cost.priceVersion());
    out.name("cost_lines").beginArray();
    for (Cost.Line line : cost.lines()) {
      out.beginObject();
      out.field("meter", line.meter().word());
      out.field("quantity", line.quantity());
      out.field("pico_usd_per_unit", line.picoUsd());
      out.endObject();
    }
    out.endArray();
  }

  private static void attempts(JsonWriter out, Generation g) {
    out.name("provider_responses").beginArray();
    for (AttemptRecord attempt : g.attempts()) {
      out.beginObject();
      text(out, "id", attempt.upstreamId());
      out.field("endpoint_id", attempt.endpoint());
      out.field("model_permaslug", attempt.model());
      out.field("provider", attempt.provider());
      out.field("provider_name", attempt.providerName());
      out.field("status", attempt.status());
      millis(out, "started", attempt.startedMillis());
      millis(out, "sent", attempt.sentMillis());
      millis(out, "head", attempt.headMillis());
      millis(out, "latency", attempt.firstTokenMillis());
      millis(out, "ended", attempt.endedMillis());
      text(out, "fault", attempt.fault());
      text(out, "detail", attempt.detail());
      text(out, "decision", attempt.retry());
      out.field("spliced", attempt.spliced());
      out.field("is_byok", false);
      out.endObject();
    }
    out.endArray();
  }

  private static void provenance(JsonWriter out, Generation g) {
    out.field("usage_metered", g.usageMetered());
    out.name("losses").beginArray();
    for (Loss loss : g.losses()) {
      out.beginObject();
      out.field("node", loss.node()).field("field", loss.field()).field("reason", loss.reason());
      out.endObject();
    }
    out.endArray();
  }

  private static void text(JsonWriter out, String name, Optional<String> value) {
    out.name(name);
    value.ifPresentOrElse(out::value, out::nullValue);
  }

  private static void millis(JsonWriter out, String name, long value) {
    out.name(name);
    if (value < 0) {
      out.nullValue();
    } else {
      out.value(value);
    }
  }
}
