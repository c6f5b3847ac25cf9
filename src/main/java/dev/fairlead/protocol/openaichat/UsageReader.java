package dev.fairlead.protocol.openaichat;

import dev.fairlead.canon.Usage;
import dev.fairlead.wire.JsonNode;
import java.math.BigDecimal;
import java.util.Optional;

/** Reads usage as the many servers of this dialect report it. */
final class UsageReader {
  /** xAI counts costs in ticks: ten thousand million to the dollar. */
  private static final int TICK_SCALE = 10;

  private UsageReader() {}

  static Usage read(JsonNode usage) {
    JsonNode in = usage.get("prompt_tokens_details");
    JsonNode out = usage.get("completion_tokens_details");
    long input = count(usage.get("prompt_tokens"));
    long output = count(usage.get("completion_tokens"));
    long reasoning =
        first(out.get("reasoning_tokens"), usage.get("reasoning_tokens"), JsonNode.ABSENT);
    long total = count(usage.get("total_tokens"));
    if (reasoning > 0 && total == input + output + reasoning) {
      output += reasoning; // counted beside the completion (xAI), not in it
    }
    return new Usage(
        input,
        output,
        first(
            in.get("cached_tokens"),
            usage.get("prompt_cache_hit_tokens"),
            usage.get("cached_tokens")),
        first(
            in.get("cache_write_tokens"),
            usage.get("cache_creation_input_tokens"),
            JsonNode.ABSENT),
        count(usage.get("cache_creation").get("ephemeral_1h_input_tokens")),
        reasoning,
        count(in.get("audio_tokens")),
        0,
        count(out.get("audio_tokens")),
        count(in.get("image_tokens")),
        count(in.get("video_tokens")),
        count(out.get("image_tokens")),
        first(
            usage.get("server_tool_use_details").get("web_search_requests"),
            usage.get("num_search_queries"),
            usage.get("num_sources_used")),
        cost(usage),
        Optional.of(usage.raw()));
  }

  private static long first(JsonNode a, JsonNode b, JsonNode c) {
    return count(a.hasValue() ? a : b.hasValue() ? b : c);
  }

  private static long count(JsonNode node) {
    return Math.max(0, node.longOr(0));
  }

  private static Optional<BigDecimal> cost(JsonNode usage) {
    JsonNode cost = usage.get("cost");
    if (cost.isObject()) {
      cost = cost.get("total_cost");
    }
    if (cost.isNumber()) {
      return Optional.of(cost.decimal());
    }
    JsonNode ticks = usage.get("cost_in_usd_ticks");
    return ticks.longOr(-1) > 0
        ? Optional.of(BigDecimal.valueOf(ticks.longOr(0), TICK_SCALE))
        : Optional.empty();
  }
}
