package dev.fairlead.protocol.anthropic;

import dev.fairlead.canon.Dialect;
import dev.fairlead.canon.Extras;
import dev.fairlead.canon.MediaSource;
import dev.fairlead.canon.Part;
import dev.fairlead.canon.Proof;
import dev.fairlead.canon.Refused;
import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads content: a string, or blocks, each of which becomes one part. */
final class PartReader {
  private static final Set<String> TEXT = Set.of("type", "text", "citations", "cache_control");
  private static final Set<String> IMAGE = Set.of("type", "source", "cache_control");
  private static final Set<String> DOCUMENT = Set.of("type", "source", "title", "cache_control");
  private static final Set<String> TOOL_USE = Set.of("type", "id", "name", "input", "cache_control");
  private static final Set<String> TOOL_RESULT =
      Set.of("type", "tool_use_id", "content", "is_error", "cache_control");
  private static final Set<String> THINKING = Set.of("type", "thinking", "signature");
  private static final Set<String> REDACTED = Set.of("type", "data");

  private PartReader() {}

  static List<Part> content(JsonNode content, String path) throws Refused {
    if (content.isString()) {
      return List.of(plain(content.asText()));
    }
    if (!content.isArray()) {
      throw Fields.wrong(path, content, "a string or a list of blocks", "correct it");
    }
    List<Part> parts = new ArrayList<>();
    for (JsonNode block : content.items()) {
      parts.add(part(block, path + "[" + parts.size() + "]"));
    }
    return parts;
  }

  static Part.Text plain(Text text) {
    return new Part.Text(text, Optional.empty(), List.of(), Extras.none(Dialect.ANTHROPIC));
  }

  private static Part part(JsonNode block, String path) throws Refused {
    if (!block.isObject()) {
      throw Fields.wrong(
          path, block, "an object with a type", "write {\"type\":\"text\",\"text\":\"...\"}");
    }
    String type = Fields.requiredText(block, "type", path);
    return switch (type) {
      case "text" -> text(block, path);
      case "image" -> media(Part.MediaKind.IMAGE, block, path);
      case "document" -> media(Part.MediaKind.DOCUMENT, block, path);
      case "tool_use" -> toolUse(block, path);
      case "tool_result" -> toolResult(block, path);
      case "thinking" -> thinking(block, path);
      case "redacted_thinking" -> redacted(block, path);
      default -> opaque(block, type);
    };
  }

  private static Part opaque(JsonNode block, String type) {
    return new Part.Opaque(Dialect.ANTHROPIC, type, block.raw());
  }

  private static Part text(JsonNode block, String path) throws Refused {
    if (!block.get("text").isString()) {
      throw Fields.wrong(path + ".text", block.get("text"), "a string", "set it");
    }
    return new Part.Text(
        block.get("text").asText(),
        Fields.mark(block.get("cache_control")),
        Citations.readAll(block.get("citations")),
        Fields.rest(block, TEXT));
  }

  private static Part media(Part.MediaKind kind, JsonNode block, String path) throws Refused {
    JsonNode source = block.get("source");
    if (!source.isObject()) {
      throw Fields.wrong(path + ".source", source, "an object with a type", "set it");
    }
    Optional<MediaSource> where = source(source, path + ".source");
    if (where.isEmpty()) {
      return opaque(block, kind == Part.MediaKind.IMAGE ? "image" : "document");
    }
    boolean document = kind == Part.MediaKind.DOCUMENT;
    return new Part.Media(
        kind,
        where.get(),
        document ? block.get("title").textIfAny() : Optional.empty(),
        Optional.empty(),
        Fields.mark(block.get("cache_control")),
        Fields.rest(block, document ? DOCUMENT : IMAGE));
  }

  /** Empty for a source that canon has no seat for. */
  private static Optional<MediaSource> source(JsonNode source, String path) throws Refused {
    String type = Fields.requiredText(source, "type", path);
    return switch (type) {
      case "base64" -> {
        String mediaType = Fields.requiredText(source, "media_type", path);
        if (!source.get("data").isString()) {
          throw Fields.wrong(path + ".data", source.get("data"), "base64 in a string", "set it");
        }
        yield exact(source, 3, new MediaSource.Inline(mediaType, source.get("data").asText()));
      }
      case "url" -> {
        Fields.requiredText(source, "url", path);
        yield exact(source, 2, new MediaSource.Url(source.get("url").asText(), Optional.empty()));
      }
      case "file" ->
          exact(
              source,
              2,
              new MediaSource.FileId(
                  Fields.requiredText(source, "file_id", path),
                  Optional.empty(),
                  Optional.empty()));
      case "text" ->
          source.get("media_type").textIs("text/plain") && source.get("data").isString()
              ? exact(source, 3, new MediaSource.PlainText(source.get("data").asText()))
              : Optional.empty();
      default -> Optional.empty();
    };
  }

  private static Optional<MediaSource> exact(JsonNode source, int members, MediaSource read) {
    return source.size() == members ? Optional.of(read) : Optional.empty();
  }

  private static Part toolUse(JsonNode block, String path) throws Refused {
    JsonNode input = block.get("input");
    if (!input.isObject()) {
      throw Fields.wrong(path + ".input", input, "an object", "send {} for no arguments");
    }
    return new Part.ToolCall(
        Fields.requiredText(block, "id", path),
        Fields.requiredText(block, "name", path),
        Text.of(input.toString()),
        Optional.empty(),
        Fields.mark(block.get("cache_control")),
        Fields.rest(block, TOOL_USE));
  }

  private static Part toolResult(JsonNode block, String path) throws Refused {
    JsonNode content = block.get("content");
    return new Part.ToolResult(
        Fields.requiredText(block, "tool_use_id", path),
        Optional.empty(),
        content.hasValue() ? content(content, path + ".content") : List.of(),
        Fields.bool(block, "is_error", path + ".is_error"),
        Fields.mark(block.get("cache_control")),
        Fields.rest(block, TOOL_RESULT));
  }

  private static Part thinking(JsonNode block, String path) throws Refused {
    if (!block.get("thinking").isString()) {
      throw Fields.wrong(path + ".thinking", block.get("thinking"), "a string", "send it back as received");
    }
    return new Part.Reasoning(
        Part.ReasoningKind.FULL,
        block.get("thinking").asText(),
        Signatures.read(block.get("signature").asTextOr(Text.EMPTY)),
        Optional.empty(),
        Fields.rest(block, THINKING));
  }

  private static Part redacted(JsonNode block, String path) throws Refused {
    if (!block.get("data").isString()) {
      throw Fields.wrong(path + ".data", block.get("data"), "a string", "send it back as received");
    }
    Optional<Proof> proof = Signatures.read(block.get("data").asText());
    return new Part.Reasoning(
        Part.ReasoningKind.ENCRYPTED, Text.EMPTY, proof, Optional.empty(), Fields.rest(block, REDACTED));
  }
}
