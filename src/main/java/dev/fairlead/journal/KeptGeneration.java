package dev.fairlead.journal;

import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.JsonWriter;
import dev.fairlead.wire.Raw;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A generation as it is shown: all of OpenRouter's fields of {@code GET /generation} (source: its
 * API reference), and beside them what we can tell and it does not: faults, losses, the cost by
 * item.
 */
final class KeptGeneration {
  /** What is shown of a field that was not worth keeping. */
  private static final Map<String, String> UNSAID = new LinkedHashMap<>();

  private static final List<String> UNSAID_OF_ATTEMPT =
      List.of("started", "sent", "head", "ended", "fault", "detail", "decision");

  /** Fields that say the same as another. */
  private static final Map<String, String> SAME = new LinkedHashMap<>();

  static {
    for (String name :
        new String[] {
          "provider_name",
          "endpoint",
          "external_user",
          "session_id",
          "http_referer",
          "app_title",
          "user_agent",
          "app_id",
          "router",
          "preset_id",
          "service_tier",
          "upstream_id",
          "response_cache_source_id",
          "finish_reason",
          "native_finish_reason",
          "latency",
          "moderation_latency",
          "error",
          "num_media_prompt",
          "num_media_completion",
          "num_fetches",
          "web_search_engine",
          "cache_discount"
        }) {
      UNSAID.put(name, "null");
    }
    for (String name :
        new String[] {
          "native_tokens_reasoning", "native_tokens_cached", "native_tokens_cache_write",
          "native_tokens_completion_images", "num_input_audio_prompt", "num_search_results"
        }) {
      UNSAID.put(name, "0");
    }
    for (String name : new String[] {"cancelled", "is_byok", "usage_metered"}) {
      UNSAID.put(name, "false");
    }
    UNSAID.put("workspace_id", "\"default\"");
    UNSAID.put("organization_id", "\"default\"");
    UNSAID.put("api_type", "\"completions\"");
    UNSAID.put("data_region", "\"global\"");
    SAME.put("request_id", "id");
    SAME.put("tokens_prompt", "native_tokens_prompt");
    SAME.put("tokens_completion", "native_tokens_completion");
    SAME.put("usage", "total_cost");
    SAME.put("upstream_inference_cost", "total_cost");
  }

  private KeptGeneration() {}

  /**
   * @param key the key that made it: its public identifier
   */
  static byte[] shown(JsonNode kept, String key) {
    JsonWriter out = new JsonWriter(4096).beginObject();
    for (JsonNode.Member member : kept.members()) {
      out.name(member.name());
      if (member.name().equals("provider_responses")) {
        attempts(out, member.value());
      } else {
        out.value(member.value());
      }
    }
    out.field("api_key_hash", key);
    out.field("origin", kept.get("http_referer").textOr(""));
    SAME.forEach((name, other) -> out.field(name, kept.get(other).raw()));
    UNSAID.forEach(
        (name, json) -> {
          if (!kept.get(name).exists()) {
            out.field(name, Raw.of(json));
          }
        });
    return out.endObject().toBytes();
  }

  private static void attempts(JsonWriter out, JsonNode attempts) {
    out.beginArray();
    for (JsonNode attempt : attempts.items()) {
      out.beginObject();
      attempt.members().forEach(member -> out.name(member.name()).value(member.value()));
      for (String name : UNSAID_OF_ATTEMPT) {
        if (!attempt.get(name).exists()) {
          out.name(name).nullValue();
        }
      }
      out.field("is_byok", false);
      out.endObject();
    }
    out.endArray();
  }
}
