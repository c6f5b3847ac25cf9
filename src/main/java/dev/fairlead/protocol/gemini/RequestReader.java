package dev.fairlead.protocol.gemini;

import dev.fairlead.canon.ChatRequest;
import dev.fairlead.canon.Dialect;
import dev.fairlead.canon.Part;
import dev.fairlead.canon.Refused;
import dev.fairlead.canon.Role;
import dev.fairlead.canon.Tool;
import dev.fairlead.canon.ToolChoice;
import dev.fairlead.canon.Turn;
import dev.fairlead.protocol.Wire;
import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.JsonWriter;
import dev.fairlead.wire.Raw;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads a GenerateContentRequest. The system instruction becomes the first turn; what canon does
 * not model stays in extras, nested objects ({@code generationConfig}, {@code toolConfig}) as
 * objects of their remaining members.
 */
final class RequestReader {
  private static final Set<String> TOP =
      Set.of("contents", "systemInstruction", "tools", "toolConfig", "generationConfig", "model");
  private static final Set<String> CONTENT = Set.of("role", "parts");
  private static final Set<String> FUNCTION =
      Set.of("name", "description", "parametersJsonSchema");

  private final JsonNode root;
  private final Wire wire;
  private final PartReader parts = new PartReader();

  private RequestReader(Wire wire) {
    this.wire = wire;
    this.root = wire.body().root();
  }

  static ChatRequest read(Wire wire) throws Refused {
    return new RequestReader(wire).request();
  }

  private ChatRequest request() throws Refused {
    if (!root.isObject()) {
      throw Refused.invalid("The request body must be a JSON object.");
    }
    ConfigReader config = new ConfigReader(Names.get(root, "generationConfig"));
    Map<String, Raw> extras = Names.rest(root, TOP);
    List<Turn> turns = turns(extras.containsKey("cachedContent"));
    JsonNode toolConfig = Names.get(root, "toolConfig");
    Map<String, Raw> otherToolConfig = Names.rest(toolConfig, Set.of("functionCallingConfig"));
    if (!otherToolConfig.isEmpty()) {
      extras.put("toolConfig", Names.object(otherToolConfig));
    }
    if (!config.rest().isEmpty()) {
      extras.put("generationConfig", Names.object(config.rest()));
    }
    return new ChatRequest(
        model(),
        turns,
        tools(),
        choice(Names.get(toolConfig, "functionCallingConfig")),
        Optional.empty(),
        config.sampling(),
        config.maxTokens(),
        config.reasoning(),
        config.format(),
        config.modalities(),
        Optional.empty(),
        wire.pathStream(),
        wire.pathStream(),
        Names.extras(extras));
  }

  private String model() {
    String name = wire.pathModel().orElseGet(() -> root.get("model").textOr(""));
    return name.startsWith("models/") ? name.substring("models/".length()) : name;
  }

  private List<Turn> turns(boolean cached) throws Refused {
    List<Turn> turns = new ArrayList<>();
    JsonNode system = Names.get(root, "systemInstruction");
    if (system.isString()) {
      turns.add(
          new Turn(
              Role.SYSTEM,
              List.of(PartReader.text(system.asText())),
              Optional.empty(),
              Names.extras(Map.of())));
    } else if (system.isObject()) {
      List<Part> read = partsOf(system, "systemInstruction");
      turns.add(
          new Turn(
              Role.SYSTEM, read, Optional.empty(), Names.extras(system, Set.of("parts"))));
    } else if (system.hasValue()) {
      throw Refused.invalid("systemInstruction must be a content object with parts, or a string.");
    }
    JsonNode contents = Names.get(root, "contents");
    if (contents.hasValue() && !contents.isArray() && !contents.isObject()) {
      throw Refused.invalid("contents must be a list of content objects with role and parts.");
    }
    int i = 0;
    for (JsonNode content : Names.list(contents)) {
      turns.add(turn(content, "contents[" + i++ + "]"));
    }
    if (turns.isEmpty() && !cached) {
      throw Refused.invalid("contents is not specified: give at least one content with a part.");
    }
    return turns;
  }

  private Turn turn(JsonNode content, String at) throws Refused {
    if (!content.isObject()) {
      throw Refused.invalid(at + " must be an object with role and parts.");
    }
    String word = content.get("role").textOr("user");
    Role role =
        switch (word) {
          case "user", "" -> Role.USER;
          case "model" -> Role.ASSISTANT;
          case "function", "tool" -> Role.TOOL;
          default ->
              throw Refused.invalid(
                  at + ".role is \"" + word + "\". Please use a valid role: user, model.");
        };
    return new Turn(role, partsOf(content, at), Optional.empty(), Names.extras(content, CONTENT));
  }

  private List<Part> partsOf(JsonNode content, String at) throws Refused {
    JsonNode list = content.get("parts");
    if (list.hasValue() && !list.isArray() && !list.isObject()) {
      throw Refused.invalid(at + ".parts must be a list of part objects.");
    }
    List<Part> read = new ArrayList<>();
    int i = 0;
    for (JsonNode part : Names.list(list)) {
      if (!part.isObject()) {
        throw Refused.invalid(at + ".parts[" + i + "] must be an object.");
      }
      parts.read(part, read);
      i++;
    }
    return read;
  }

  private List<Tool> tools() throws Refused {
    JsonNode list = root.get("tools");
    if (list.hasValue() && !list.isArray() && !list.isObject()) {
      throw Refused.invalid("tools must be a list of tool objects.");
    }
    List<Tool> tools = new ArrayList<>();
    for (JsonNode tool : Names.list(list)) {
      for (JsonNode.Member member : tool.members()) {
        if (!member.value().hasValue()) {
          continue;
        }
        if (Names.camel(member.name()).equals("functionDeclarations")) {
          int i = 0;
          for (JsonNode declaration : Names.list(member.value())) {
            tools.add(function(declaration, i++));
          }
        } else {
          JsonWriter raw = new JsonWriter().beginObject();
          raw.name(member.name()).value(member.value()).endObject();
          tools.add(new Tool.Native(Dialect.GEMINI, Names.camel(member.name()), raw.toRaw()));
        }
      }
    }
    return tools;
  }

  /** {@code parameters} is OpenAPI's subset: kept as it came, and read as JSON Schema beside. */
  private static Tool function(JsonNode declaration, int index) throws Refused {
    if (!declaration.get("name").isString()) {
      throw Refused.invalid(
          "tools.functionDeclarations[" + index + "].name is missing: every function needs one.");
    }
    JsonNode schema = Names.get(declaration, "parametersJsonSchema");
    Map<String, Raw> extras = new LinkedHashMap<>(Names.rest(declaration, FUNCTION));
    Optional<Raw> wanted = Optional.empty();
    if (schema.hasValue()) {
      wanted = Optional.of(schema.raw());
    } else if (declaration.get("parameters").hasValue()) {
      wanted = Optional.of(SchemaFromGemini.read(declaration.get("parameters").raw()));
    }
    JsonNode description = declaration.get("description");
    return new Tool.Function(
        declaration.get("name").text(),
        description.isString() ? Optional.of(description.asText()) : Optional.empty(),
        wanted,
        Optional.empty(),
        Optional.empty(),
        Names.extras(extras));
  }

  private static ToolChoice choice(JsonNode config) {
    JsonNode names = Names.get(config, "allowedFunctionNames");
    String mode = config.get("mode").textOr("").toUpperCase(Locale.ROOT);
    int allowed = names.size();
    return switch (mode) {
      case "" ->
          config.size() > 0
              ? new ToolChoice.Native(Dialect.GEMINI, config.raw())
              : new ToolChoice.Unset();
      case "AUTO" ->
          allowed == 0
              ? new ToolChoice.Auto()
              : new ToolChoice.Native(Dialect.GEMINI, config.raw());
      case "NONE" -> new ToolChoice.None();
      case "ANY" -> {
        if (allowed == 0) {
          yield new ToolChoice.Required();
        }
        yield allowed == 1 && names.at(0).isString()
            ? new ToolChoice.Named(names.at(0).text())
            : new ToolChoice.Native(Dialect.GEMINI, config.raw());
      }
      default -> new ToolChoice.Native(Dialect.GEMINI, config.raw());
    };
  }
}
