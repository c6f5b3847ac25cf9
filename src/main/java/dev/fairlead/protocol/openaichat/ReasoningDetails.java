package dev.fairlead.protocol.openaichat;

import dev.fairlead.canon.Dialect;
import dev.fairlead.canon.Extras;
import dev.fairlead.canon.Part;
import dev.fairlead.canon.Part.ReasoningKind;
import dev.fairlead.canon.Proof;
import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.JsonWriter;
import dev.fairlead.wire.Raw;
import dev.fairlead.wire.Text;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The items of OpenRouter's {@code reasoning_details}. Order, texts, signatures and unknown members
 * are kept exactly; an item's {@code index} is kept where it is not simply its place, its {@code
 * format} where the issuer of its proof does not tell it.
 */
final class ReasoningDetails {
  /** Where an item's own members stand in a part's extras. */
  static final String LEFT = "reasoning_details";

  private static final Set<String> READ =
      Set.of("type", "text", "summary", "data", "signature", "id", "format", "index");

  private ReasoningDetails() {}

  static Part plain(Text text) {
    return new Part.Reasoning(
        ReasoningKind.FULL, text, Optional.empty(), Optional.empty(), Fields.NONE);
  }

  /** Reads an item; {@code place} is where it stands in the list. */
  static Part read(JsonNode item, int place) {
    @Nullable ReasoningKind kind = kind(item);
    if (kind == null) {
      return new Part.Opaque(Dialect.OPENAI_CHAT, item.get("type").textOr("reasoning"), item.raw());
    }
    JsonNode text = item.get(kind == ReasoningKind.SUMMARY ? "summary" : "text");
    JsonNode proof = item.get(kind == ReasoningKind.ENCRYPTED ? "data" : "signature");
    Optional<String> issuer = issuer(item.get("format").textOr("unknown"));
    Map<String, Raw> left = new LinkedHashMap<>(Fields.unread(item, READ));
    if (item.get("index").hasValue() && item.get("index").longOr(-1) != place) {
      left.put("index", item.get("index").raw());
    }
    if (item.get("format").isString() && !item.get("format").textIs(format(issuer))) {
      left.put("format", item.get("format").raw());
    }
    return new Part.Reasoning(
        kind,
        text.asTextOr(Text.EMPTY),
        proof.isString() ? Optional.of(new Proof(proof.asText(), issuer)) : Optional.empty(),
        item.get("id").textIfAny(),
        left.isEmpty()
            ? Fields.NONE
            : new Extras(Dialect.OPENAI_CHAT, Map.of(LEFT, Fields.asObject(left))));
  }

  static @Nullable ReasoningKind kind(JsonNode item) {
    JsonNode type = item.get("type");
    return type.textIs("reasoning.text")
        ? ReasoningKind.FULL
        : type.textIs("reasoning.summary")
            ? ReasoningKind.SUMMARY
            : type.textIs("reasoning.encrypted") ? ReasoningKind.ENCRYPTED : null;
  }

  /**
   * Gemini signs calls; OpenRouter carries such a signature as an encrypted item with the call's
   * id. It belongs to the call, so it is taken out of the thoughts (an empty opaque part is left in
   * its place, for the caller to remove).
   */
  static Optional<Proof> takeSignature(List<Part> parts, String callId) {
    for (int i = 0; i < parts.size(); i++) {
      if (parts.get(i) instanceof Part.Reasoning it
          && it.kind() == ReasoningKind.ENCRYPTED
          && it.id().filter(callId::equals).isPresent()
          && it.proof().flatMap(Proof::issuedBy).filter("google"::equals).isPresent()) {
        parts.set(i, new Part.Opaque(Dialect.OPENAI_CHAT, "", Raw.of("null")));
        return it.proof();
      }
    }
    return Optional.empty();
  }

  static void write(JsonWriter out, Part.Reasoning part, int place, Optional<String> family) {
    out.beginObject();
    Map<String, JsonNode> left = new LinkedHashMap<>();
    Raw members = part.extras().members().get(LEFT);
    if (part.extras().dialect() == Dialect.OPENAI_CHAT && members != null) {
      members.node().members().forEach(it -> left.put(it.name(), it.value()));
    }
    switch (part.kind()) {
      case FULL -> {
        out.field("type", "reasoning.text");
        if (!part.text().isEmpty() || part.proof().isPresent()) {
          out.field("text", part.text());
        }
        part.proof().ifPresent(it -> out.field("signature", it.data()));
      }
      case SUMMARY -> {
        out.field("type", "reasoning.summary").field("summary", part.text());
        part.proof().ifPresent(it -> out.field("signature", it.data()));
      }
      case ENCRYPTED -> {
        out.field("type", "reasoning.encrypted");
        out.field("data", part.proof().map(Proof::data).orElse(Text.EMPTY));
      }
    }
    part.id().ifPresent(it -> out.field("id", it));
    if (!left.containsKey("format")) {
      out.field(
          "format", format(part.proof().isPresent() ? part.proof().get().issuedBy() : family));
    }
    if (!left.containsKey("index")) {
      out.field("index", place);
    }
    left.forEach((name, value) -> out.name(name).value(value));
    out.endObject();
  }

  /** A call's signature as the item that OpenRouter makes of it. */
  static void writeSignature(JsonWriter out, String callId, Proof proof, int place) {
    out.beginObject()
        .field("type", "reasoning.encrypted")
        .field("data", proof.data())
        .field("id", callId)
        .field("format", format(proof.issuedBy()))
        .field("index", place)
        .endObject();
  }

  static Optional<String> issuer(String format) {
    return switch (format) {
      case "anthropic-claude-v1" -> Optional.of("anthropic");
      case "google-gemini-v1" -> Optional.of("google");
      case "openai-responses-v1", "azure-openai-responses-v1", "bedrock-openai-responses-v1" ->
          Optional.of("openai");
      case "xai-responses-v1", "bedrock-xai-responses-v1" -> Optional.of("xai");
      case "meta-responses-v1" -> Optional.of("meta");
      default -> Optional.empty();
    };
  }

  static String format(Optional<String> issuer) {
    return switch (issuer.orElse("")) {
      case "anthropic" -> "anthropic-claude-v1";
      case "google" -> "google-gemini-v1";
      case "openai" -> "openai-responses-v1";
      case "xai", "x-ai" -> "xai-responses-v1";
      case "meta" -> "meta-responses-v1";
      default -> "unknown";
    };
  }
}
