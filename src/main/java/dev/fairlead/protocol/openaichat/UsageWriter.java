package dev.fairlead.protocol.openaichat;

import dev.fairlead.canon.Usage;
import dev.fairlead.protocol.AnswerContext;
import dev.fairlead.protocol.Flavour;
import dev.fairlead.wire.JsonWriter;

/** Writes usage; with its cost in OpenRouter's flavour. */
final class UsageWriter {
  private UsageWriter() {}

  static void write(JsonWriter out, Usage usage, Flavour flavour, AnswerContext.Trailer trailer) {
    boolean openrouter = flavour == Flavour.OPENROUTER;
    out.beginObject();
    out.field("prompt_tokens", usage.input());
    out.field("completion_tokens", usage.output());
    out.field("total_tokens", usage.total());
    if (openrouter) {
      trailer
          .cost()
          .ifPresent(it -> it.node().members().forEach(m -> out.name(m.name()).value(m.value())));
    }
    out.name("prompt_tokens_details").beginObject();
    out.field("cached_tokens", usage.cacheRead());
    if (openrouter || usage.cacheWrite() > 0) {
      out.field("cache_write_tokens", usage.cacheWrite());
    }
    out.field("audio_tokens", usage.inputAudio());
    if (openrouter) {
      out.field("video_tokens", usage.inputVideo());
    }
    out.endObject();
    out.name("completion_tokens_details").beginObject();
    out.field("reasoning_tokens", usage.reasoning());
    if (openrouter) {
      out.field("image_tokens", usage.outputImage());
    }
    out.field("audio_tokens", usage.outputAudio());
    out.endObject();
    if (openrouter && usage.searches() > 0) {
      out.name("server_tool_use_details").beginObject();
      out.field("web_search_requests", usage.searches()).endObject();
    }
    out.endObject();
  }
}
