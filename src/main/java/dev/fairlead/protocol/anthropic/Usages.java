package dev.fairlead.protocol.anthropic;

import dev.fairlead.canon.Usage;
import dev.fairlead.protocol.AnswerContext;
import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.JsonWriter;
import dev.fairlead.wire.Raw;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Usage. Anthropic counts the input without what was read from or written to the cache; a stream
 * gives it at its beginning and again, cumulative, at its end, where members may be missing: each
 * member that comes replaces the one before, and none is added up. No answer has an input of
 * nothing: imitators who say so at the end are not believed.
 */
final class Usages {
  /** What is worth telling an Anthropic client beyond the counts. */
  private static final Set<String> TOLD =
      Set.of("service_tier", "inference_geo", "iterations", "server_tool_use", "speed");

  private static final Set<String> INPUT =
      Set.of("input_tokens", "cache_read_input_tokens", "cache_creation_input_tokens");

  private final Map<String, Raw> members = new LinkedHashMap<>();

  /** Takes a usage object, whole or in part. */
  void take(JsonNode usage) {
    boolean noInput = INPUT.stream().allMatch(name -> count(usage, name) == 0);
    for (JsonNode.Member member : usage.members()) {
      boolean known = members.containsKey(member.name());
      boolean forgotten = !member.value().hasValue() || (noInput && INPUT.contains(member.name()));
      if (!known || !forgotten) {
        members.put(member.name(), member.value().raw());
      }
    }
  }

  boolean isEmpty() {
    return members.isEmpty();
  }

  Usage usage() {
    JsonWriter out = new JsonWriter().beginObject();
    members.forEach(out::field);
    return read(out.endObject().toRaw());
  }

  static Usage read(Raw original) {
    JsonNode usage = original.node();
    long cacheRead = count(usage, "cache_read_input_tokens");
    JsonNode details = usage.get("cache_creation");
    long longer = count(details, "ephemeral_1h_input_tokens");
    long cacheWrite =
        Math.max(
            count(usage, "cache_creation_input_tokens"),
            usage.get("cache_creation_input_tokens").hasValue()
                ? 0
                : longer + count(details, "ephemeral_5m_input_tokens"));
    long output = count(usage, "output_tokens");
    JsonNode cost = usage.get("cost");
    return new Usage(
        count(usage, "input_tokens") + cacheRead + cacheWrite,
        output,
        cacheRead,
        cacheWrite,
        Math.min(longer, cacheWrite),
        Math.min(count(usage.get("output_tokens_details"), "thinking_tokens"), output),
        0,
        0,
        0,
        0,
        0,
        0,
        count(usage.get("server_tool_use"), "web_search_requests"),
        cost.isNumber() ? Optional.of(cost.decimal()) : Optional.<BigDecimal>empty(),
        Optional.of(original));
  }

  /**
   * Counts above what a context could ever hold are somebody's mistake, and so are negative ones.
   */
  private static long count(JsonNode object, String name) {
    long value = object.get(name).longOr(0);
    return value < 0 || value > 1L << 40 ? 0 : value;
  }

  /** Writes the usage as an Anthropic client reads it. */
  static void write(Usage usage, AnswerContext.Trailer trailer, JsonWriter out) {
    // Some providers report more cached tokens than there is input; the input is what counts.
    long read = Math.min(usage.cacheRead(), usage.input());
    long written = Math.min(usage.cacheWrite(), usage.input() - read);
    long longer = Math.min(usage.cacheWriteLong(), written);
    out.beginObject()
        .field("input_tokens", usage.input() - read - written)
        .field("cache_creation_input_tokens", written)
        .field("cache_read_input_tokens", read);
    out.name("cache_creation")
        .beginObject()
        .field("ephemeral_5m_input_tokens", written - longer)
        .field("ephemeral_1h_input_tokens", longer)
        .endObject();
    out.field("output_tokens", usage.output());
    if (usage.reasoning() > 0) {
      out.name("output_tokens_details")
          .beginObject()
          .field("thinking_tokens", usage.reasoning())
          .endObject();
    }
    told(usage, out);
    trailer
        .cost()
        .ifPresent(cost -> cost.node().members().forEach(m -> out.name(m.name()).value(m.value())));
    out.endObject();
  }

  private static void told(Usage usage, JsonWriter out) {
    JsonNode original = usage.original().map(Raw::node).orElse(JsonNode.ABSENT);
    boolean ours =
        original.get("input_tokens").isNumber() && !original.get("input_tokens_details").exists();
    boolean searched = false;
    boolean tiered = false;
    if (ours) {
      for (JsonNode.Member member : original.members()) {
        if (TOLD.contains(member.name())) {
          out.name(member.name()).value(member.value());
          searched |= member.name().equals("server_tool_use");
          tiered |= member.name().equals("service_tier");
        }
      }
    }
    if (!searched && usage.searches() > 0) {
      out.name("server_tool_use")
          .beginObject()
          .field("web_search_requests", usage.searches())
          .endObject();
    }
    if (!tiered) {
      out.field("service_tier", "standard");
    }
  }
}
