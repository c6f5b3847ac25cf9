package dev.fairlead.protocol.anthropic;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fairlead.canon.CacheMark;
import dev.fairlead.canon.Citation;
import dev.fairlead.canon.Dialect;
import dev.fairlead.canon.Extras;
import dev.fairlead.canon.MediaSource;
import dev.fairlead.canon.Part;
import dev.fairlead.wire.Json;
import dev.fairlead.wire.JsonLimits;
import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.JsonWriter;
import dev.fairlead.wire.MalformedJson;
import dev.fairlead.wire.Raw;
import dev.fairlead.wire.Text;
import java.util.Optional;

/** Writes parts as blocks. */
final class PartWriter {
  private final JsonWriter out;
  private final CacheMarks marks;
  private final Losses losses;

  PartWriter(JsonWriter out, CacheMarks marks, Losses losses) {
    this.out = out;
    this.marks = marks;
    this.losses = losses;
  }

  void write(Part part, String node) {
    switch (part) {
      case Part.Opaque opaque -> out.value(opaque.raw());
      case Part.Text text -> text(text);
      case Part.Reasoning reasoning -> reasoning(reasoning);
      case Part.Media media -> media(media);
      case Part.ToolCall call -> call(call, node);
      case Part.ToolResult result -> result(result, node);
      case Part.Refusal refusal -> text(PartReader.plain(refusal.text()));
    }
  }

  private void text(Part.Text text) {
    out.beginObject().field("type", "text").field("text", text.text());
    boolean cited =
        text.citations().stream().anyMatch(c -> c.dialect() == Dialect.ANTHROPIC);
    if (cited) {
      out.name("citations").beginArray();
      for (Citation citation : text.citations()) {
        if (citation.dialect() == Dialect.ANTHROPIC) {
          out.value(citation.original());
        }
      }
      out.endArray();
    }
    end(text.cache(), text.extras());
  }

  private void reasoning(Part.Reasoning reasoning) {
    Text proof = reasoning.proof().map(p -> p.data()).orElse(Text.EMPTY);
    out.beginObject();
    if (reasoning.kind() == Part.ReasoningKind.ENCRYPTED) {
      out.field("type", "redacted_thinking").field("data", proof);
    } else {
      out.field("type", "thinking").field("thinking", reasoning.text()).field("signature", proof);
    }
    end(Optional.empty(), reasoning.extras());
  }

  private void media(Part.Media media) {
    boolean document = media.kind() == Part.MediaKind.DOCUMENT;
    out.beginObject().field("type", document ? "document" : "image").name("source");
    source(media.source(), out);
    if (document) {
      media.filename().ifPresent(name -> out.field("title", name));
    }
    end(media.cache(), media.extras());
  }

  static void source(MediaSource source, JsonWriter out) {
    out.beginObject();
    switch (source) {
      case MediaSource.Inline inline ->
          out.field("type", "base64")
              .field("media_type", inline.mediaType())
              .field("data", inline.base64());
      case MediaSource.Url url -> out.field("type", "url").field("url", url.url());
      case MediaSource.FileId file -> out.field("type", "file").field("file_id", file.id());
      case MediaSource.PlainText text ->
          out.field("type", "text").field("media_type", "text/plain").field("data", text.text());
    }
    out.endObject();
  }

  private void call(Part.ToolCall call, String node) {
    out.beginObject().field("type", "tool_use").field("id", call.id()).field("name", call.name());
    out.name("input");
    if (!arguments(call.arguments(), out)) {
      losses.add(node, "arguments", "they are no JSON object; sent as text in the member _raw");
    }
    end(call.cache(), call.extras());
  }

  /** Arguments as the object that they are; false when they are none and were wrapped. */
  static boolean arguments(Text arguments, JsonWriter out) {
    if (arguments.toString().isBlank()) {
      out.beginObject().endObject();
      return true;
    }
    Optional<Raw> object = object(arguments);
    if (object.isPresent()) {
      out.value(object.get());
      return true;
    }
    out.beginObject().field("_raw", arguments).endObject();
    return false;
  }

  private static Optional<Raw> object(Text text) {
    try {
      JsonNode root = Json.read(text.toString().getBytes(UTF_8), JsonLimits.RESPONSE).root();
      return root.isObject() ? Optional.of(root.raw()) : Optional.empty();
    } catch (MalformedJson e) {
      return Optional.empty(); // models do write broken JSON; the caller wraps it
    }
  }

  private void result(Part.ToolResult result, String node) {
    out.beginObject().field("type", "tool_result").field("tool_use_id", result.callId());
    if (!result.content().isEmpty()) {
      out.name("content").beginArray();
      for (Part part : result.content()) {
        write(part, node);
      }
      out.endArray();
    }
    if (result.error()) {
      out.field("is_error", true);
    }
    end(result.cache(), result.extras());
  }

  private void end(Optional<CacheMark> cache, Extras extras) {
    marks.granted(cache).ifPresent(mark -> mark(mark, out));
    extras(extras);
    out.endObject();
  }

  static void mark(CacheMark mark, JsonWriter out) {
    out.name("cache_control").beginObject().field("type", "ephemeral");
    mark.ttl().ifPresent(ttl -> out.field("ttl", ttl));
    out.endObject();
  }

  void extras(Extras extras) {
    if (extras.dialect() == Dialect.ANTHROPIC) {
      extras.members().forEach(out::field);
    }
  }
}
