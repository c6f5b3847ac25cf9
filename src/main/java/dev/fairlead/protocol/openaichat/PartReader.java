package dev.fairlead.protocol.openaichat;

import dev.fairlead.canon.Dialect;
import dev.fairlead.canon.Extras;
import dev.fairlead.canon.MediaSource;
import dev.fairlead.canon.Part;
import dev.fairlead.canon.Refused;
import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.Raw;
import dev.fairlead.wire.Text;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads one part of a message's content. */
final class PartReader {
  /** Longest {@code data:…;base64,} that is looked for. */
  private static final int DATA_HEAD = 200;

  private PartReader() {}

  static Part read(JsonNode part, String path) throws Refused {
    if (!part.isObject()) {
      throw Fields.wrong(path, "an object with a type", part);
    }
    JsonNode type = part.get("type");
    if (!type.isString()) {
      throw Fields.wrong(path + ".type", "a string such as text or image_url", type);
    }
    return switch (type.text()) {
      case "text" ->
          new Part.Text(
              Fields.requiredText(part, path, "text"),
              ToolReader.cache(part, path),
              List.of(),
              Fields.extras(part, Set.of("type", "text", "cache_control")));
      case "image_url" -> linked(part, path, "image_url", Part.MediaKind.IMAGE);
      case "video_url" -> linked(part, path, "video_url", Part.MediaKind.VIDEO);
      case "input_video" -> linked(part, path, "input_video", Part.MediaKind.VIDEO);
      case "document_url" -> document(part, path);
      case "input_audio" -> audio(part, path);
      case "file" -> file(part, path);
      case "refusal" ->
          new Part.Refusal(
              Fields.requiredText(part, path, "refusal"),
              Fields.extras(part, Set.of("type", "refusal")));
      case "thinking" -> thinking(part);
      default -> new Part.Opaque(Dialect.OPENAI_CHAT, type.text(), part.raw());
    };
  }

  /** The string that holds a part's text; absent for a part that is no text. */
  static JsonNode origin(JsonNode part) {
    return part.get("type").textIs("text") ? part.get("text") : JsonNode.ABSENT;
  }

  /** {@code {url, detail}} or, as some servers take it, the URL itself. */
  private static Part linked(JsonNode part, String path, String name, Part.MediaKind kind)
      throws Refused {
    JsonNode link = part.get(name);
    String at = path + "." + name;
    if (!link.isString() && !link.isObject()) {
      throw Fields.wrong(at, "an object with a url", link);
    }
    Text url = link.isString() ? link.asText() : Fields.requiredText(link, at, "url");
    return new Part.Media(
        kind,
        source(url),
        Optional.empty(),
        link.isObject() ? Fields.string(link, at, "detail") : Optional.empty(),
        ToolReader.cache(part, path),
        extras(part, name, link, Set.of("url", "detail")));
  }

  private static Part document(JsonNode part, String path) throws Refused {
    return new Part.Media(
        Part.MediaKind.DOCUMENT,
        source(Fields.requiredText(part, path, "document_url")),
        Fields.string(part, path, "document_name"),
        Optional.empty(),
        ToolReader.cache(part, path),
        Fields.extras(part, Set.of("type", "document_url", "document_name", "cache_control")));
  }

  private static Part audio(JsonNode part, String path) throws Refused {
    JsonNode audio = part.get("input_audio");
    String at = path + ".input_audio";
    if (!audio.isObject() && !audio.isString()) {
      throw Fields.wrong(at, "an object with data and format", audio);
    }
    MediaSource source;
    if (audio.isString()) {
      Text text = audio.asText();
      boolean link = text.head(8).startsWith("http") || text.head(5).equals("data:");
      source = link ? source(text) : new MediaSource.Inline("audio/mpeg", text);
    } else {
      String format = Fields.string(audio, at, "format").orElse("wav");
      source =
          new MediaSource.Inline(
              AudioFormats.mediaType(format), Fields.requiredText(audio, at, "data"));
    }
    return new Part.Media(
        Part.MediaKind.AUDIO,
        source,
        Optional.empty(),
        Optional.empty(),
        ToolReader.cache(part, path),
        extras(part, "input_audio", audio, Set.of("data", "format")));
  }

  private static Part file(JsonNode part, String path) throws Refused {
    JsonNode file = part.get("file");
    String at = path + ".file";
    if (!file.isObject()) {
      throw Fields.wrong(at, "an object with file_data or file_id", file);
    }
    Optional<String> id = Fields.string(file, at, "file_id");
    if (id.isEmpty() && !file.get("file_data").isString()) {
      throw Fields.wrong(at + ".file_data", "a data URL, or send file_id", file.get("file_data"));
    }
    MediaSource source =
        id.isPresent()
            ? new MediaSource.FileId(id.get(), Optional.empty(), Optional.empty())
            : source(file.get("file_data").asText());
    return new Part.Media(
        Part.MediaKind.DOCUMENT,
        source,
        Fields.string(file, at, "filename"),
        Optional.empty(),
        ToolReader.cache(part, path),
        extras(part, "file", file, Set.of("file_data", "file_id", "filename")));
  }

  /** Mistral's thinking: a list of text parts, or the text. */
  private static Part thinking(JsonNode part) {
    Map<String, Raw> left = new LinkedHashMap<>(Fields.unread(part, Set.of("type", "thinking")));
    if (part.get("closed").boolOr(false)) {
      left.remove("closed"); // every finished part is
    }
    return new Part.Reasoning(
        Part.ReasoningKind.FULL,
        thought(part.get("thinking")),
        Optional.empty(),
        Optional.empty(),
        left.isEmpty()
            ? Fields.NONE
            : new Extras(Dialect.OPENAI_CHAT, Map.of("thinking", Fields.asObject(left))));
  }

  static Text thought(JsonNode thinking) {
    if (thinking.isString()) {
      return thinking.asText();
    }
    if (thinking.size() == 1) {
      return thinking.at(0).get("text").asTextOr(Text.EMPTY);
    }
    StringBuilder all = new StringBuilder();
    thinking.items().forEach(it -> all.append(it.get("text").textOr("")));
    return Text.of(all.toString());
  }

  static Part media(Part.MediaKind kind, MediaSource source) {
    return new Part.Media(
        kind, source, Optional.empty(), Optional.empty(), Optional.empty(), Fields.NONE);
  }

  /** A data URL's bytes, without copying them; or the address. */
  static MediaSource source(Text url) {
    String head = url.head(DATA_HEAD);
    int comma = head.indexOf(";base64,");
    if (head.startsWith("data:") && comma > 0) {
      return new MediaSource.Inline(
          head.substring("data:".length(), comma), url.skip(comma + ";base64,".length()));
    }
    return new MediaSource.Url(url, Optional.empty());
  }

  /** What the part says beside its member, and what the member says beside what is read. */
  private static Extras extras(JsonNode part, String name, JsonNode inner, Set<String> read) {
    Map<String, Raw> left =
        new LinkedHashMap<>(Fields.unread(part, Set.of("type", name, "cache_control")));
    Map<String, Raw> innerLeft = Fields.unread(inner, read);
    if (!innerLeft.isEmpty()) {
      left.put(name, Fields.asObject(innerLeft));
    }
    return left.isEmpty() ? Fields.NONE : new Extras(Dialect.OPENAI_CHAT, left);
  }
}
