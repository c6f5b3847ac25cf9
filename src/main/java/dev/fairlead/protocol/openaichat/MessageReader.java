package dev.fairlead.protocol.openaichat;

import dev.fairlead.canon.CacheMark;
import dev.fairlead.canon.Citation;
import dev.fairlead.canon.Dialect;
import dev.fairlead.canon.Extras;
import dev.fairlead.canon.MediaSource;
import dev.fairlead.canon.Part;
import dev.fairlead.canon.Proof;
import dev.fairlead.canon.Refused;
import dev.fairlead.canon.Role;
import dev.fairlead.canon.Turn;
import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.JsonWriter;
import dev.fairlead.wire.Raw;
import dev.fairlead.wire.Text;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads one message as one turn: first what the model thought, then content, then calls. Remembers
 * for each part where its text stands, so that the text can be replaced in the received bytes.
 */
final class MessageReader {
  private static final Set<String> READ =
      Set.of(
          "role",
          "content",
          "name",
          "tool_calls",
          "function_call",
          "tool_call_id",
          "refusal",
          "reasoning",
          "reasoning_content",
          "reasoning_details",
          "annotations",
          "images",
          "audio",
          "cache_control");
  private static final Set<String> CALL = Set.of("id", "type", "function", "index");

  private final String path;
  private final JsonNode message;
  private final LegacyCalls legacy;
  private final List<Part> parts = new ArrayList<>();
  private final List<JsonNode> origins = new ArrayList<>();
  private final Map<String, Raw> unread;

  MessageReader(String path, JsonNode message, LegacyCalls legacy) {
    this.path = path;
    this.message = message;
    this.legacy = legacy;
    this.unread = new LinkedHashMap<>(Fields.unread(message, READ));
  }

  Turn read() throws Refused {
    if (!message.isObject()) {
      throw Fields.wrong(path, "an object with role and content", message);
    }
    JsonNode role = message.get("role");
    Optional<String> name = Fields.string(message, path, "name");
    switch (role.textOr("")) {
      case "system" -> spoken();
      case "developer" -> spoken();
      case "user" -> spoken();
      case "assistant" -> assistant();
      case "tool" -> result(Fields.requiredText(message, path, "tool_call_id").toString(), name);
      case "function" -> result(legacy.answered(name.orElse("")), name);
      default ->
          throw Fields.wrong(
              path + ".role", "one of system, developer, user, assistant, tool", role);
    }
    Role spoke =
        switch (role.text()) {
          case "system" -> Role.SYSTEM;
          case "developer" -> Role.DEVELOPER;
          case "user" -> Role.USER;
          case "assistant" -> Role.ASSISTANT;
          default -> Role.TOOL;
        };
    Extras extras = unread.isEmpty() ? Fields.NONE : new Extras(Dialect.OPENAI_CHAT, unread);
    return new Turn(spoke, parts, spoke == Role.TOOL ? Optional.empty() : name, extras);
  }

  /** Where the text of each part stands; absent for a part that is no single text. */
  List<JsonNode> origins() {
    return origins;
  }

  private void add(Part part, JsonNode origin) {
    parts.add(part);
    origins.add(origin);
  }

  private void spoken() throws Refused {
    if (!message.get("content").exists()) {
      throw Fields.wrong(path + ".content", "a string or an array of parts", JsonNode.ABSENT);
    }
    content();
    markLast();
  }

  /** A cache mark on the message means its last part (as other gateways read it). */
  private void markLast() throws Refused {
    Optional<CacheMark> mark = ToolReader.cache(message, path);
    if (mark.isEmpty()) {
      return;
    }
    if (!parts.isEmpty() && parts.getLast() instanceof Part.Text text) {
      parts.set(
          parts.size() - 1, new Part.Text(text.text(), mark, text.citations(), text.extras()));
    } else {
      unread.put("cache_control", message.get("cache_control").raw());
    }
  }

  private void content() throws Refused {
    JsonNode content = message.get("content");
    if (content.isString()) {
      add(new Part.Text(content.asText(), Optional.empty(), List.of(), Fields.NONE), content);
    } else if (content.isArray()) {
      int i = 0;
      for (JsonNode part : content.items()) {
        add(PartReader.read(part, path + ".content[" + i++ + "]"), PartReader.origin(part));
      }
    } else if (content.hasValue()) {
      throw Fields.wrong(path + ".content", "a string or an array of parts", content);
    }
  }

  private void assistant() throws Refused {
    thoughts();
    content();
    markLast();
    Optional<String> refusal = Fields.string(message, path, "refusal");
    refusal.ifPresent(it -> add(new Part.Refusal(Text.of(it), Fields.NONE), JsonNode.ABSENT));
    int i = 0;
    for (JsonNode image : Fields.array(message, path, "images").items()) {
      add(PartReader.read(image, path + ".images[" + i++ + "]"), JsonNode.ABSENT);
    }
    JsonNode audio = message.get("audio");
    if (audio.get("id").isString()) {
      MediaSource source =
          new MediaSource.FileId(audio.get("id").text(), Optional.empty(), Optional.of("openai"));
      add(PartReader.media(Part.MediaKind.AUDIO, source), JsonNode.ABSENT);
    }
    annotations();
    calls();
  }

  private void thoughts() throws Refused {
    JsonNode details = Fields.array(message, path, "reasoning_details");
    boolean readable = false;
    for (JsonNode item : details.items()) {
      Part part = ReasoningDetails.read(item, parts.size());
      readable |= part instanceof Part.Reasoning it && !it.text().isEmpty();
      add(part, JsonNode.ABSENT);
    }
    JsonNode text = message.get("reasoning_content");
    if (!text.isString() || text.asText().isEmpty()) {
      text = message.get("reasoning");
    }
    if (!readable && text.isString() && !text.asText().isEmpty()) {
      parts.addFirst(ReasoningDetails.plain(text.asText()));
      origins.addFirst(JsonNode.ABSENT);
    }
  }

  private void annotations() throws Refused {
    List<Citation> citations = new ArrayList<>();
    JsonWriter others = new JsonWriter().beginArray();
    boolean other = false;
    int at = lastText();
    for (JsonNode annotation : Fields.array(message, path, "annotations").items()) {
      Optional<Citation> citation = Citations.read(annotation);
      if (citation.isPresent() && at >= 0) {
        citations.add(citation.get());
      } else {
        others.value(annotation);
        other = true;
      }
    }
    if (!citations.isEmpty() && parts.get(at) instanceof Part.Text text) {
      parts.set(at, new Part.Text(text.text(), text.cache(), citations, text.extras()));
      origins.set(at, JsonNode.ABSENT); // offsets would point into the old text
    }
    if (other) {
      unread.put("annotations", others.endArray().toRaw());
    }
  }

  private int lastText() {
    int at = parts.size() - 1;
    while (at >= 0 && !(parts.get(at) instanceof Part.Text)) {
      at--;
    }
    return at;
  }

  private void calls() throws Refused {
    int i = 0;
    for (JsonNode call : Fields.array(message, path, "tool_calls").items()) {
      add(call(call, path + ".tool_calls[" + i++ + "]"), JsonNode.ABSENT);
    }
    JsonNode function = Fields.object(message, path, "function_call");
    if (function.exists()) {
      String name = Fields.requiredText(function, path + ".function_call", "name").toString();
      add(
          new Part.ToolCall(
              legacy.called(name),
              name,
              arguments(function.get("arguments")),
              Optional.empty(),
              Optional.empty(),
              Fields.NONE),
          JsonNode.ABSENT);
    }
    for (int at = parts.size() - 1; at >= 0; at--) {
      if (parts.get(at) instanceof Part.Opaque it && it.kind().isEmpty()) {
        parts.remove(at); // a signature that went to its call
        origins.remove(at);
      }
    }
  }

  private Part call(JsonNode call, String at) throws Refused {
    if (!call.isObject()) {
      throw Fields.wrong(at, "an object", call);
    }
    boolean custom = call.get("type").textIs("custom");
    String member = custom ? "custom" : "function";
    JsonNode function = call.get(member);
    if (!function.isObject()) {
      throw Fields.wrong(at + "." + member, "an object", function);
    }
    String id = Fields.string(call, at, "id").orElse("");
    Map<String, Raw> others = new LinkedHashMap<>(Fields.unread(call, CALL));
    Optional<Proof> proof = signature(call);
    if (proof.isPresent()) {
      others.remove("extra_content");
    }
    others.remove("custom");
    if (custom) {
      others.put("type", call.get("type").raw());
    }
    return new Part.ToolCall(
        id,
        Fields.requiredText(function, at + "." + member, "name").toString(),
        arguments(function.get(custom ? "input" : "arguments")),
        proof.or(() -> ReasoningDetails.takeSignature(parts, id)),
        Optional.empty(),
        others.isEmpty() ? Fields.NONE : new Extras(Dialect.OPENAI_CHAT, others));
  }

  /** Gemini's thought signature, where its OpenAI-compatible servers put it. */
  static Optional<Proof> signature(JsonNode call) {
    JsonNode data = call.get("extra_content").get("google").get("thought_signature");
    return data.isString()
        ? Optional.of(new Proof(data.asText(), Optional.of("google")))
        : Optional.empty();
  }

  /** Text as the model wrote it; some clients send the object itself. */
  private static Text arguments(JsonNode node) {
    return node.isString()
        ? node.asText()
        : node.isObject() ? Text.of(node.toString()) : Text.EMPTY;
  }

  private void result(String callId, Optional<String> name) throws Refused {
    content();
    JsonNode origin = origins.size() == 1 ? origins.getFirst() : JsonNode.ABSENT;
    List<Part> content = List.copyOf(parts);
    parts.clear();
    origins.clear();
    Optional<CacheMark> mark = ToolReader.cache(message, path);
    add(new Part.ToolResult(callId, name, content, false, mark, Fields.NONE), origin);
  }
}
