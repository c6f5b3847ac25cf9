package dev.fairlead.journal;

import dev.fairlead.canon.Fault;
import dev.fairlead.canon.Loss;
import dev.fairlead.canon.StopReason;
import dev.fairlead.canon.Usage;
import dev.fairlead.identity.Tenant;
import dev.fairlead.money.Cost;
import dev.fairlead.money.Meter;
import dev.fairlead.money.Money;
import dev.fairlead.wire.JsonWriter;
import java.math.BigInteger;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * A generation as it is kept: JSON in the words of OpenRouter's {@code GET /generation}, without
 * what is null, zero, false or said twice. {@link KeptGeneration} fills that in when somebody reads
 * it.
 */
final class GenerationJson {
  private static final Set<Meter> CACHED =
      EnumSet.of(Meter.CACHE_READ, Meter.CACHE_WRITE, Meter.CACHE_WRITE_LONG);

  private GenerationJson() {}

  static void write(JsonWriter out, Generation generation) {
    out.beginObject();
    identity(out, generation);
    outcome(out, generation);
    usage(out, generation.usage().orElse(Usage.ZERO));
    cost(out, generation.cost());
    attempts(out, generation);
    provenance(out, generation);
    out.endObject();
  }

  private static void identity(JsonWriter out, Generation g) {
    out.field("id", g.id());
    out.field("created_at", g.createdAt().toString());
    out.field("dialect", g.dialect().id());
    out.field("operation", g.operation());
    out.field("requested_model", g.requestedModel());
    out.field("model", g.model().orElse(g.requestedModel()));
    text(out, "provider_name", g.providerName());
    text(out, "endpoint", g.endpoint());
    out.field("api_key_name", g.caller().keyName());
    Tenant tenant = g.caller().tenant();
    if (!tenant.equals(Tenant.DEFAULT)) {
      out.field("workspace_id", tenant.workspace()).field("organization_id", tenant.organization());
    }
    text(out, "external_user", g.caller().user());
    text(out, "session_id", g.caller().session());
    text(out, "http_referer", g.caller().referer());
    text(out, "app_title", g.caller().title());
    text(out, "user_agent", g.caller().userAgent());
    text(out, "upstream_id", upstreamId(g));
  }

  private static void outcome(JsonWriter out, Generation g) {
    out.field("streamed", g.streamed());
    flag(out, "cancelled", g.cancelled());
    flag(out, "is_byok", g.own());
    out.field("status", g.status());
    text(out, "finish_reason", g.stop().map(GenerationJson::finish));
    text(out, "native_finish_reason", g.nativeFinish());
    millis(out, "latency", g.latencyMillis());
    out.field("generation_time", g.durationMillis());
    out.field("overhead_us", g.overheadMicros());
    Optional<Fault> fault = g.fault();
    if (fault.isPresent()) {
      out.name("error").beginObject();
      out.field("code", fault.get().status());
      out.field("kind", fault.get().kind().word());
      out.field("source", fault.get().source().name().toLowerCase(java.util.Locale.ROOT));
      out.field("message", fault.get().message());
      text(out, "provider_code", fault.get().providerCode());
      out.endObject();
    }
  }

  /** OpenRouter knows five words. */
  private static String finish(StopReason stop) {
    return switch (stop) {
      case END, STOP_SEQUENCE, PAUSE, OTHER -> "stop";
      case LENGTH, CONTEXT_FULL -> "length";
      case TOOL_CALLS -> "tool_calls";
      case CONTENT_FILTER, REFUSAL -> "content_filter";
      case ERROR -> "error";
    };
  }

  /** The last id that a provider gave: that of the attempt which served, where one did. */
  private static Optional<String> upstreamId(Generation g) {
    Optional<String> last = Optional.empty();
    for (AttemptRecord attempt : g.attempts()) {
      last = attempt.upstreamId().isPresent() ? attempt.upstreamId() : last;
    }
    return last;
  }

  private static void usage(JsonWriter out, Usage usage) {
    out.field("native_tokens_prompt", usage.input());
    out.field("native_tokens_completion", usage.output());
    count(out, "native_tokens_reasoning", usage.reasoning());
    count(out, "native_tokens_cached", usage.cacheRead());
    count(out, "native_tokens_cache_write", usage.cacheWrite());
    count(out, "native_tokens_completion_images", usage.outputImage());
    count(out, "num_input_audio_prompt", usage.inputAudio());
    count(out, "num_search_results", usage.searches());
    if (usage.original().isPresent()) {
      out.field("provider_usage", usage.original().get());
    }
    if (usage.statedCost().isPresent()) {
      out.field("provider_stated_cost", usage.statedCost().get());
    }
  }

  private static void cost(JsonWriter out, Cost cost) {
    out.field("total_cost", cost.total().usd());
    discount(out, cost);
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

  /**
   * What the provider's cache saved, in USD; negative where writing to it cost more than reading
   * later saved. Null where nothing was cached, or nothing uncached tells the full price.
   */
  private static void discount(JsonWriter out, Cost cost) {
    Optional<Cost.Line> full =
        cost.lines().stream().filter(line -> line.meter() == Meter.INPUT).findFirst();
    BigInteger saved = BigInteger.ZERO;
    boolean cached = false;
    for (Cost.Line line : cost.lines()) {
      if (full.isPresent() && CACHED.contains(line.meter()) && line.quantity() > 0) {
        long difference = full.get().picoUsd() - line.picoUsd();
        saved =
            saved.add(BigInteger.valueOf(difference).multiply(BigInteger.valueOf(line.quantity())));
        cached = true;
      }
    }
    if (cached) {
      out.field("cache_discount", Money.ofPico(saved).usd());
    }
  }

  private static void attempts(JsonWriter out, Generation g) {
    out.name("provider_responses").beginArray();
    for (AttemptRecord attempt : g.attempts()) {
      out.beginObject();
      attempt.upstreamId().ifPresent(id -> out.field("id", id));
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
      out.endObject();
    }
    out.endArray();
  }

  private static void provenance(JsonWriter out, Generation g) {
    flag(out, "usage_metered", g.usageMetered());
    out.name("losses").beginArray();
    for (Loss loss : g.losses()) {
      out.beginObject();
      out.field("node", loss.node()).field("field", loss.field()).field("reason", loss.reason());
      out.endObject();
    }
    out.endArray();
  }

  private static void text(JsonWriter out, String name, Optional<String> value) {
    if (value.isPresent()) {
      out.field(name, value.get());
    }
  }

  private static void flag(JsonWriter out, String name, boolean value) {
    if (value) {
      out.field(name, true);
    }
  }

  private static void count(JsonWriter out, String name, long value) {
    if (value != 0) {
      out.field(name, value);
    }
  }

  private static void millis(JsonWriter out, String name, long value) {
    if (value >= 0) {
      out.field(name, value);
    }
  }
}
