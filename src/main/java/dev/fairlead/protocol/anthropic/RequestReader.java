package dev.fairlead.protocol.anthropic;

import dev.fairlead.canon.ChatRequest;
import dev.fairlead.canon.Dialect;
import dev.fairlead.canon.Extras;
import dev.fairlead.canon.OutputFormat;
import dev.fairlead.canon.Part;
import dev.fairlead.canon.ReasoningWish;
import dev.fairlead.canon.Refused;
import dev.fairlead.canon.Role;
import dev.fairlead.canon.Sampling;
import dev.fairlead.canon.Tool;
import dev.fairlead.canon.ToolChoice;
import dev.fairlead.canon.Turn;
import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.Raw;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Reads a request. Every block becomes one part at the same place, so that an edit of a part finds
 * its block. The top-level system is the first turn; a system message among the others (from
 * version 2026-10-21 on) is a developer turn where it stood, so that the two stay apart.
 */
final class RequestReader {
  private static final Set<String> MODELLED =
      Set.of(
          "model",
          "messages",
          "system",
          "max_tokens",
          "stream",
          "temperature",
          "top_p",
          "top_k",
          "stop_sequences",
          "tools",
          "tool_choice",
          "thinking",
          "output_config",
          "output_format",
          "metadata");
  private static final Set<String> MESSAGE = Set.of("role", "content");
  private static final Set<String> TOOL =
      Set.of("type", "name", "description", "input_schema", "strict", "cache_control");

  private final JsonNode root;
  private final Map<String, Raw> extras;
  private ReasoningWish reasoning = ReasoningWish.UNSET;
  private OutputFormat format = new OutputFormat.Unset();

  private RequestReader(JsonNode root) {
    this.root = root;
    this.extras = new LinkedHashMap<>(Fields.rest(root, MODELLED).members());
  }

  static ChatRequest read(JsonNode root) throws Refused {
    if (!root.isObject()) {
      throw Fields.wrong("The request body", root, "a JSON object", "send model and messages");
    }
    return new RequestReader(root).request();
  }

  private ChatRequest request() throws Refused {
    thinking();
    outputConfig();
    List<Turn> turns = new ArrayList<>();
    system(turns);
    messages(turns);
    JsonNode choice = root.get("tool_choice");
    return new ChatRequest(
        model(),
        turns,
        tools(),
        toolChoice(choice),
        parallel(choice),
        sampling(),
        maxTokens(),
        reasoning,
        format,
        List.of(),
        user(),
        Fields.bool(root, "stream", "stream"),
        true,
        new Extras(Dialect.ANTHROPIC, extras));
  }

  private String model() throws Refused {
    JsonNode model = root.get("model");
    if (model.hasValue() && !model.isString()) {
      throw Fields.wrong("model", model, "a string", "name a model");
    }
    return model.textOr("");
  }

  private OptionalLong maxTokens() throws Refused {
    JsonNode node = root.get("max_tokens");
    if (!node.hasValue()) {
      return OptionalLong.empty();
    }
    long value = node.longOr(-1);
    if (value < 1) {
      throw Fields.wrong("max_tokens", node, "a whole number of 1 or more", "raise it");
    }
    return OptionalLong.of(value);
  }

  private void system(List<Turn> turns) throws Refused {
    JsonNode system = root.get("system");
    if (system.hasValue()) {
      List<Part> parts = PartReader.content(system, "system");
      turns.add(
          new Turn(Role.SYSTEM, parts, Optional.empty(), Extras.none(Dialect.ANTHROPIC)));
    }
  }

  private void messages(List<Turn> turns) throws Refused {
    JsonNode messages = root.get("messages");
    if (!messages.isArray()) {
      throw Fields.wrong("messages", messages, "a list of messages", "send the conversation");
    }
    int i = 0;
    for (JsonNode message : messages.items()) {
      turns.add(message(message, "messages[" + i++ + "]"));
    }
    if (i == 0) {
      throw Fields.wrong("messages", messages, "a list of at least one message", "add one");
    }
  }

  private static Turn message(JsonNode message, String path) throws Refused {
    if (!message.isObject()) {
      throw Fields.wrong(path, message, "an object with role and content", "see the Messages API");
    }
    Role role =
        switch (message.get("role").textOr("")) {
          case "user" -> Role.USER;
          case "assistant" -> Role.ASSISTANT;
          case "system" -> Role.DEVELOPER;
          default ->
              throw Fields.wrong(
                  path + ".role",
                  message.get("role"),
                  "\"user\", \"assistant\" or \"system\"",
                  "tool results are blocks of a user message");
        };
    JsonNode content = message.get("content");
    if (!content.hasValue()) {
      throw Fields.wrong(path + ".content", content, "a string or a list of blocks", "add it");
    }
    return new Turn(
        role,
        PartReader.content(content, path + ".content"),
        Optional.empty(),
        Fields.rest(message, MESSAGE));
  }

  private List<Tool> tools() throws Refused {
    JsonNode tools = root.get("tools");
    if (tools.hasValue() && !tools.isArray()) {
      throw Fields.wrong("tools", tools, "a list of tools", "leave it out to use none");
    }
    List<Tool> all = new ArrayList<>();
    for (JsonNode tool : tools.items()) {
      all.add(tool(tool, "tools[" + all.size() + "]"));
    }
    return all;
  }

  private static Tool tool(JsonNode tool, String path) throws Refused {
    if (!tool.isObject()) {
      throw Fields.wrong(path, tool, "an object with name and input_schema", "see the Messages API");
    }
    String type = tool.get("type").textOr("custom");
    if (!type.equals("custom")) {
      return new Tool.Native(Dialect.ANTHROPIC, type, tool.raw());
    }
    JsonNode schema = tool.get("input_schema");
    if (schema.hasValue() && !schema.isObject()) {
      throw Fields.wrong(path + ".input_schema", schema, "a JSON Schema object", "correct it");
    }
    return new Tool.Function(
        Fields.requiredText(tool, "name", path),
        Optional.of(tool.get("description")).filter(JsonNode::isString).map(JsonNode::asText),
        Optional.of(schema).filter(JsonNode::isObject).map(JsonNode::raw),
        tool.get("strict").isBoolean()
            ? Optional.of(tool.get("strict").boolOr(false))
            : Optional.empty(),
        Fields.mark(tool.get("cache_control")),
        Fields.rest(tool, TOOL));
  }

  private static ToolChoice toolChoice(JsonNode choice) throws Refused {
    if (!choice.hasValue()) {
      return new ToolChoice.Unset();
    }
    return switch (choice.get("type").textOr("")) {
      case "auto" -> new ToolChoice.Auto();
      case "any" -> new ToolChoice.Required();
      case "none" -> new ToolChoice.None();
      case "tool" ->
          new ToolChoice.Named(Fields.requiredText(choice, "name", "tool_choice"));
      case "" ->
          throw Fields.wrong(
              "tool_choice.type", choice.get("type"), "auto, any, tool or none", "set it");
      default -> new ToolChoice.Native(Dialect.ANTHROPIC, choice.raw());
    };
  }

  private static Optional<Boolean> parallel(JsonNode choice) {
    JsonNode disabled = choice.get("disable_parallel_tool_use");
    return disabled.isBoolean() ? Optional.of(!disabled.boolOr(false)) : Optional.empty();
  }

  private Sampling sampling() throws Refused {
    Optional<BigDecimal> none = Optional.empty();
    return new Sampling(
        Fields.number(root, "temperature"),
        Fields.number(root, "top_p"),
        Fields.number(root, "top_k"),
        none,
        none,
        none,
        none,
        none,
        OptionalLong.empty(),
        stops(),
        Optional.empty(),
        Optional.empty(),
        OptionalInt.empty(),
        OptionalInt.empty());
  }

  private List<String> stops() throws Refused {
    JsonNode stops = root.get("stop_sequences");
    if (stops.hasValue() && !stops.isArray()) {
      throw Fields.wrong("stop_sequences", stops, "a list of strings", "put it into a list");
    }
    List<String> all = new ArrayList<>();
    for (JsonNode stop : stops.items()) {
      if (!stop.isString()) {
        throw Fields.wrong("stop_sequences[" + all.size() + "]", stop, "a string", "correct it");
      }
      all.add(stop.text());
    }
    return all;
  }

  /** What says more than a wish can hold stays in the extras as it is, beside the wish. */
  private void thinking() throws Refused {
    JsonNode thinking = root.get("thinking");
    if (!thinking.hasValue()) {
      return;
    }
    String type = thinking.get("type").textOr("");
    String display = thinking.get("display").textOr("");
    Optional<Boolean> enabled =
        switch (type) {
          case "enabled", "adaptive" -> Optional.of(true);
          case "disabled" -> Optional.of(false);
          case "" ->
              throw Fields.wrong(
                  "thinking.type", thinking.get("type"), "enabled, adaptive or disabled", "set it");
          default -> Optional.empty();
        };
    OptionalLong budget = OptionalLong.empty();
    if (type.equals("enabled")) {
      long tokens = thinking.get("budget_tokens").longOr(-1);
      if (tokens < 1) {
        throw Fields.wrong(
            "thinking.budget_tokens",
            thinking.get("budget_tokens"),
            "a whole number of tokens",
            "set it to 1024 or more, below max_tokens");
      }
      budget = OptionalLong.of(tokens);
    }
    reasoning =
        new ReasoningWish(
            enabled,
            Optional.empty(),
            budget,
            display.equals("omitted"),
            display.equals("summarized") ? Optional.of("auto") : Optional.empty());
    int held = 1 + (budget.isPresent() ? 1 : 0) + (display.isEmpty() ? 0 : 1);
    boolean knownDisplay =
        display.isEmpty() || display.equals("omitted") || display.equals("summarized");
    if (enabled.isEmpty() || !knownDisplay || thinking.size() != held) {
      extras.put("thinking", thinking.raw());
    }
  }

  private void outputConfig() throws Refused {
    JsonNode config = root.get("output_config");
    if (config.hasValue() && !config.isObject()) {
      throw Fields.wrong("output_config", config, "an object", "leave it out for the default");
    }
    Optional<ReasoningWish.Effort> effort =
        config.get("effort").textIfAny().flatMap(ReasoningWish.Effort::of);
    Set<String> held = effort.isPresent() ? Set.of("effort", "format") : Set.of("format");
    Fields.restObject(config, held).ifPresent(rest -> extras.put("output_config", rest));
    reasoning =
        new ReasoningWish(
            reasoning.enabled(),
            effort,
            reasoning.budget(),
            reasoning.exclude(),
            reasoning.summary());
    JsonNode wanted = config.get("format").hasValue() ? config.get("format") : root.get("output_format");
    if (wanted.hasValue()) {
      format = format(wanted);
    }
  }

  private static OutputFormat format(JsonNode wanted) {
    JsonNode schema = wanted.get("schema");
    if (wanted.get("type").textIs("json_schema") && schema.isObject() && wanted.size() == 2) {
      return new OutputFormat.JsonSchema(
          Optional.empty(), Optional.empty(), schema.raw(), Optional.empty());
    }
    return new OutputFormat.Native(Dialect.ANTHROPIC, wanted.raw());
  }

  private Optional<String> user() {
    JsonNode metadata = root.get("metadata");
    Optional<String> user = metadata.get("user_id").textIfAny();
    Set<String> held = user.isPresent() || metadata.get("user_id").isNull() ? Set.of("user_id") : Set.of();
    Fields.restObject(metadata, held).ifPresent(rest -> extras.put("metadata", rest));
    return user;
  }
}
