package dev.fairlead.protocol.gemini;

import dev.fairlead.canon.MediaSource;
import dev.fairlead.canon.Part;
import dev.fairlead.canon.Proof;
import dev.fairlead.wire.Json;
import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.JsonWriter;
import dev.fairlead.wire.Raw;
import dev.fairlead.wire.Text;
import java.util.Map;
import java.util.Optional;

/** Writes single parts, for requests and answers alike. */
final class PartWriter {
  private static final Raw NONE = Json.of("{}").root().raw();

  private PartWriter() {}

  static void text(Text text, Optional<Proof> proof, Map<String, Raw> own, JsonWriter out) {
    out.beginObject().field("text", text);
    end(proof, own, "", out);
  }

  static void thought(Text text, Optional<Proof> proof, Map<String, Raw> own, JsonWriter out) {
    out.beginObject().field("text", text).field("thought", true);
    end(proof, own, "", out);
  }

  /** A part of nothing but a signature. */
  static void signature(Proof proof, Map<String, Raw> own, JsonWriter out) {
    out.beginObject();
    if (!own.containsKey("thought")) {
      out.field("text", "");
    }
    own.forEach(out::field);
    out.field("thoughtSignature", proof.data()).endObject();
  }

  static void call(Part.ToolCall call, Optional<Proof> proof, JsonWriter out) {
    Map<String, Raw> own = Names.own(call.extras());
    out.beginObject().name("functionCall").beginObject();
    if (!call.id().isEmpty() && !CallIds.isSynthetic(call.id())) {
      out.field("id", call.id());
    }
    out.field("name", call.name()).name("args");
    arguments(call.arguments().toString(), out);
    inner(own.get("functionCall"), out);
    out.endObject();
    end(proof, own, "functionCall", out);
  }

  /** Arguments are an object here; what is none is wrapped. False when it had to be. */
  static boolean arguments(String text, JsonWriter out) {
    if (text.isBlank()) {
      out.value(NONE);
      return true;
    }
    Optional<JsonNode> json = ToolResults.structure(text);
    if (json.isPresent() && json.get().isObject()) {
      out.value(json.get());
      return true;
    }
    out.beginObject().field("input", text).endObject();
    return false;
  }

  /** A medium, when this dialect can point to it. */
  static void media(Part.Media media, Optional<Proof> proof, JsonWriter out) {
    Map<String, Raw> own = Names.own(media.extras());
    boolean isOwn = media.extras().dialect() == dev.fairlead.canon.Dialect.GEMINI;
    String kind = media.source() instanceof MediaSource.Inline ? "inlineData" : "fileData";
    out.beginObject().name(kind).beginObject();
    switch (media.source()) {
      case MediaSource.Inline inline ->
          out.field("mimeType", type(inline)).field("data", inline.base64());
      case MediaSource.Url url ->
          file(url.url(), url.mediaType().or(() -> guess(url.url(), media.kind(), isOwn)), out);
      case MediaSource.FileId file ->
          file(
              Text.of(file.id().startsWith("files/") ? Media.FILES + file.id() : file.id()),
              file.mediaType(),
              out);
      case MediaSource.PlainText text -> out.field("mimeType", "text/plain");
    }
    if (isOwn) {
      media.filename().ifPresent(name -> out.field("displayName", name));
    }
    inner(own.get(kind), out);
    out.endObject();
    end(proof, own, kind, out);
  }

  private static String type(MediaSource.Inline inline) {
    String declared = inline.mediaType();
    return declared.isEmpty() || declared.equals("application/octet-stream")
        ? Media.sniff(inline.base64()).orElse("application/octet-stream")
        : declared;
  }

  /** Vertex AI wants a media type; what the address does not tell is guessed from the kind. */
  private static Optional<String> guess(Text url, Part.MediaKind kind, boolean isOwn) {
    if (isOwn) {
      return Media.typeOf(url.toString()).filter(type -> Media.kind(type) == kind);
    }
    return Media.typeOf(url.toString())
        .or(
            () ->
                Optional.of(
                    switch (kind) {
                      case IMAGE -> "image/jpeg";
                      case AUDIO -> "audio/mpeg";
                      case VIDEO -> "video/mp4";
                      case DOCUMENT -> "application/pdf";
                    }));
  }

  private static void file(Text uri, Optional<String> type, JsonWriter out) {
    type.ifPresent(word -> out.field("mimeType", word));
    out.field("fileUri", uri);
  }

  private static void inner(@org.jspecify.annotations.Nullable Raw members, JsonWriter out) {
    if (members != null) {
      members.node().members().forEach(it -> out.name(it.name()).value(it.value()));
    }
  }

  private static void end(
      Optional<Proof> proof, Map<String, Raw> own, String kind, JsonWriter out) {
    proof.ifPresent(it -> out.field("thoughtSignature", it.data()));
    own.forEach(
        (name, raw) -> {
          if (!name.equals(kind)) {
            out.field(name, raw);
          }
        });
    out.endObject();
  }
}
