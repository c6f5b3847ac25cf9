package dev.fairlead.protocol.openaichat;

import dev.fairlead.canon.CacheMark;
import dev.fairlead.canon.Dialect;
import dev.fairlead.canon.Extras;
import dev.fairlead.canon.Refused;
import dev.fairlead.canon.Tool;
import dev.fairlead.canon.ToolChoice;
import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.Raw;
import dev.fairlead.wire.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads tools and the choice among them, in today's form and in the legacy one. */
final class ToolReader {
  private static final Set<String> OUTER = Set.of("type", "function", "cache_control");
  private static final Set<String> INNER = Set.of("name", "description", "parameters", "strict");

  private ToolReader() {}

  static List<Tool> tools(JsonNode root) throws Refused {
    List<Tool> tools = new ArrayList<>();
    for (JsonNode tool : Fields.array(root, "", "tools").items()) {
      tools.add(tool(tool, "tools[" + tools.size() + "]"));
    }
    int n = 0;
    for (JsonNode function : Fields.array(root, "", "functions").items()) {
      tools.add(function(function, "functions[" + n++ + "]", Optional.empty(), Map.of()));
    }
    return tools;
  }

  private static Tool tool(JsonNode tool, String path) throws Refused {
    if (!tool.isObject()) {
      throw Fields.wrong(path, "an object", tool);
    }
    JsonNode function = tool.get("function");
    String type = Fields.string(tool, path, "type").orElse(function.isObject() ? "function" : "");
    if (type.isEmpty()) {
      throw Fields.wrong(path + ".type", "a string", tool.get("type"));
    }
    if (!type.equals("function")) {
      String name = tool.get("custom").get("name").textOr(type);
      return new Tool.Native(Dialect.OPENAI_CHAT, name, tool.raw());
    }
    if (!function.isObject()) {
      throw Fields.wrong(path + ".function", "an object", function);
    }
    return function(function, path + ".function", cache(tool, path), Fields.unread(tool, OUTER));
  }

  private static Tool function(
      JsonNode function, String path, Optional<CacheMark> cache, Map<String, Raw> outer)
      throws Refused {
    if (!function.isObject()) {
      throw Fields.wrong(path, "an object", function);
    }
    JsonNode schema = function.get("parameters");
    if (schema.hasValue() && !schema.isObject()) {
      throw Fields.wrong(path + ".parameters", "a JSON Schema object", schema);
    }
    Map<String, Raw> inner = Fields.unread(function, INNER);
    if (!inner.isEmpty()) {
      outer = new java.util.LinkedHashMap<>(outer);
      outer.put("function", Fields.asObject(inner));
    }
    return new Tool.Function(
        Fields.requiredText(function, path, "name").toString(),
        Fields.string(function, path, "description").map(Text::of),
        schema.isObject() ? Optional.of(schema.raw()) : Optional.empty(),
        Fields.bool(function, path, "strict"),
        cache,
        new Extras(Dialect.OPENAI_CHAT, outer));
  }

  static Optional<CacheMark> cache(JsonNode object, String path) throws Refused {
    JsonNode mark = Fields.object(object, path, "cache_control");
    return mark.exists()
        ? Optional.of(new CacheMark(Fields.string(mark, path + ".cache_control", "ttl")))
        : Optional.empty();
  }

  static ToolChoice choice(JsonNode root) throws Refused {
    JsonNode choice = root.get("tool_choice");
    JsonNode legacy = root.get("function_call");
    return choice.hasValue() ? choice(choice, "tool_choice") : choice(legacy, "function_call");
  }

  private static ToolChoice choice(JsonNode choice, String path) throws Refused {
    if (!choice.hasValue()) {
      return new ToolChoice.Unset();
    }
    if (choice.isString()) {
      return switch (choice.text()) {
        case "auto" -> new ToolChoice.Auto();
        case "none" -> new ToolChoice.None();
        case "required", "any" -> new ToolChoice.Required();
        default -> new ToolChoice.Native(Dialect.OPENAI_CHAT, choice.raw());
      };
    }
    if (!choice.isObject()) {
      throw Fields.wrong(path, "none, auto, required or an object", choice);
    }
    JsonNode function = choice.get("function");
    boolean named = choice.get("type").textIs("function") || !choice.get("type").hasValue();
    Optional<String> name = function.get("name").textIfAny().or(choice.get("name")::textIfAny);
    return named && name.isPresent()
        ? new ToolChoice.Named(name.get())
        : new ToolChoice.Native(Dialect.OPENAI_CHAT, choice.raw());
  }
}
