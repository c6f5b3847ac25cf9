package dev.fairlead.protocol.gemini;

import dev.fairlead.canon.MediaSource;
import dev.fairlead.canon.Part;
import dev.fairlead.canon.Proof;
import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.Raw;
import dev.fairlead.wire.Text;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the parts of a conversation, in order: it must, because calls without ids are paired with
 * their results by name and place. One reader a request.
 *
 * <p>A thought signature on a call or a thought is that part's proof. Canon's texts and media have
 * no seat for one, so there it becomes a part of its own that follows: reasoning of kind {@code
 * ENCRYPTED} without text. {@link PartWriter} puts it back on the part before.
 */
final class PartReader {
  private static final Set<String> MODELLED = Set.of("text", "thought", "thoughtSignature");
  private static final Set<String> CALL = Set.of("id", "name", "args");
  private static final Set<String> RESULT = Set.of("id", "name", "response", "parts");

  private record Pending(String id, String name) {}

  private final List<Pending> unanswered = new ArrayList<>();
  private int calls;

  static Part text(Text text) {
    return new Part.Text(text, Optional.empty(), List.of(), Names.extras(Map.of()));
  }

  static Optional<Proof> proof(JsonNode part) {
    JsonNode signature = Names.get(part, "thoughtSignature");
    return signature.isString() && !signature.asText().isEmpty()
        ? Optional.of(new Proof(signature.asText(), Optional.of(GeminiCodec.FAMILY)))
        : Optional.empty();
  }

  /** What a part is: the camelCase name of the member that tells, or nothing. */
  static String kind(JsonNode part) {
    for (JsonNode.Member member : part.members()) {
      String name = Names.camel(member.name());
      switch (name) {
        case "inlineData",
            "fileData",
            "functionCall",
            "functionResponse",
            "executableCode",
            "codeExecutionResult",
            "toolCall",
            "toolResponse" -> {
          if (member.value().hasValue()) {
            return name;
          }
        }
        default -> {}
      }
    }
    if (part.get("text").isString()) {
      return "text";
    }
    return part.get("thought").boolOr(false) || proof(part).isPresent() ? "thought" : "";
  }

  void read(JsonNode part, List<Part> into) {
    String kind = kind(part);
    switch (kind) {
      case "text" -> text(part, into);
      case "thought" -> into.add(bareProof(part));
      case "inlineData", "fileData" -> {
        into.add(media(part, kind));
        proof(part).ifPresent(proof -> into.add(carried(proof)));
      }
      case "functionCall" -> into.add(call(part));
      case "functionResponse" -> into.add(result(part));
      default -> {
        if (part.size() > 0) {
          into.add(opaque(part, kind));
        }
      }
    }
  }

  private static void text(JsonNode part, List<Part> into) {
    Text text = part.get("text").asText();
    if (part.get("thought").boolOr(false)) {
      into.add(
          new Part.Reasoning(
              Part.ReasoningKind.FULL,
              text,
              proof(part),
              Optional.empty(),
              Names.extras(part, MODELLED)));
      return;
    }
    into.add(new Part.Text(text, Optional.empty(), List.of(), Names.extras(part, MODELLED)));
    proof(part).ifPresent(proof -> into.add(carried(proof)));
  }

  /** A signature whose part has no seat for it. */
  private static Part carried(Proof proof) {
    return new Part.Reasoning(
        Part.ReasoningKind.ENCRYPTED,
        Text.EMPTY,
        Optional.of(proof),
        Optional.empty(),
        Names.extras(Map.of()));
  }

  /** A part of nothing but a signature: its {@code thought} mark tells it from a carried one. */
  private static Part bareProof(JsonNode part) {
    return new Part.Reasoning(
        Part.ReasoningKind.ENCRYPTED,
        Text.EMPTY,
        proof(part),
        Optional.empty(),
        Names.extras(part, Set.of("thoughtSignature")));
  }

  static Part opaque(JsonNode part, String kind) {
    return new Part.Opaque(dev.fairlead.canon.Dialect.GEMINI, kind, part.raw());
  }

  static Part media(JsonNode part, String kind) {
    JsonNode data = Names.get(part, kind);
    MediaSource source = kind.equals("inlineData") ? Media.inline(data) : Media.file(data);
    String type = Names.get(data, "mimeType").textOr("");
    if (type.isEmpty()) {
      String uri = Names.get(data, "fileUri").textOr("");
      type = Media.isYouTube(uri) ? "video/mp4" : Media.typeOf(uri).orElse("");
    }
    return new Part.Media(
        Media.kind(type),
        source,
        Names.get(data, "displayName").textIfAny(),
        Optional.empty(),
        Optional.empty(),
        partExtras(part, kind, Set.of("mimeType", "data", "fileUri", "displayName")));
  }

  /** A part's other members; other members of its own object stand under the object's name. */
  private static dev.fairlead.canon.Extras partExtras(
      JsonNode part, String kind, Set<String> known) {
    Map<String, Raw> extras = Names.rest(part, Set.of(kind, "thoughtSignature"));
    if (!part.get("thought").boolOr(false)) {
      extras.remove("thought");
    }
    Map<String, Raw> inner = Names.rest(Names.get(part, kind), known);
    if (!inner.isEmpty()) {
      extras.put(kind, Names.object(inner));
    }
    return Names.extras(extras);
  }

  private Part call(JsonNode part) {
    JsonNode call = Names.get(part, "functionCall");
    String name = call.get("name").textOr("");
    String id = call.get("id").textOr("");
    id = id.isEmpty() ? CallIds.synthetic(calls) : id;
    calls++;
    unanswered.add(new Pending(id, name));
    JsonNode args = call.get("args");
    return new Part.ToolCall(
        id,
        name,
        Text.of(args.hasValue() ? args.toString() : "{}"),
        proof(part),
        Optional.empty(),
        partExtras(part, "functionCall", CALL));
  }

  private Part result(JsonNode part) {
    JsonNode answer = Names.get(part, "functionResponse");
    String name = answer.get("name").textOr("");
    List<Part> content = new ArrayList<>();
    boolean error = ToolResults.read(answer.get("response"), content);
    for (JsonNode piece : Names.list(answer.get("parts"))) {
      String kind = kind(piece);
      content.add(
          kind.equals("inlineData") || kind.equals("fileData")
              ? media(piece, kind)
              : opaque(piece, kind));
    }
    return new Part.ToolResult(
        pair(answer.get("id").textOr(""), name),
        name.isEmpty() ? Optional.empty() : Optional.of(name),
        content,
        error,
        Optional.empty(),
        partExtras(part, "functionResponse", RESULT));
  }

  /** The id of the call that is answered: as given, or of the first open call of that name. */
  private String pair(String id, String name) {
    for (Iterator<Pending> open = unanswered.iterator(); open.hasNext(); ) {
      Pending call = open.next();
      if (id.isEmpty() ? call.name.equals(name) : call.id.equals(id)) {
        open.remove();
        return call.id;
      }
    }
    return id.isEmpty() ? CallIds.synthetic(calls++) : id;
  }

  /** How many parts of canon this part of the wire makes. */
  static int width(JsonNode part) {
    List<Part> read = new ArrayList<>();
    new PartReader().read(part, read);
    return read.size();
  }

  /** Names of calls by id, for results that come without a name. */
  static Map<String, String> namesById(Iterable<Part> parts) {
    Map<String, String> names = new HashMap<>();
    for (Part part : parts) {
      if (part instanceof Part.ToolCall call) {
        names.put(call.id(), call.name());
      }
    }
    return names;
  }
}
