package dev.fairlead.protocol.openaichat;

import dev.fairlead.canon.ChatRequest;
import dev.fairlead.canon.Dialect;
import dev.fairlead.canon.Extras;
import dev.fairlead.canon.OutputFormat;
import dev.fairlead.canon.Refused;
import dev.fairlead.canon.Sampling;
import dev.fairlead.canon.Turn;
import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.Raw;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/** Reads a caller's request body into canon. One message is one turn, in order. */
final class RequestReader {
  private static final Set<String> READ =
      Set.of(
          "model",
          "messages",
          "tools",
          "functions",
          "tool_choice",
          "function_call",
          "parallel_tool_calls",
          "temperature",
          "top_p",
          "top_k",
          "min_p",
          "top_a",
          "frequency_penalty",
          "presence_penalty",
          "repetition_penalty",
          "seed",
          "stop",
          "logit_bias",
          "logprobs",
          "top_logprobs",
          "n",
          "max_tokens",
          "max_completion_tokens",
          "reasoning",
          "reasoning_effort",
          "response_format",
          "modalities",
          "user",
          "stream",
          "stream_options");

  private RequestReader() {}

  static ChatRequest read(JsonNode root) throws Refused {
    if (!root.isObject()) {
      throw Refused.invalid("The body must be a JSON object.");
    }
    JsonNode options = Fields.object(root, "", "stream_options");
    return new ChatRequest(
        Fields.string(root, "", "model").orElse(""),
        turns(root),
        ToolReader.tools(root),
        ToolReader.choice(root),
        Fields.bool(root, "", "parallel_tool_calls"),
        sampling(root),
        maxTokens(root),
        WishReader.read(root),
        format(root),
        Fields.strings(Fields.array(root, "", "modalities"), "modalities"),
        Fields.string(root, "", "user"),
        Fields.bool(root, "", "stream").orElse(false),
        Fields.bool(options, "stream_options", "include_usage").orElse(false),
        extras(root, options));
  }

  private static List<Turn> turns(JsonNode root) throws Refused {
    JsonNode messages = root.get("messages");
    if (!messages.isArray()) {
      throw Fields.wrong("messages", "an array of messages", messages);
    }
    List<Turn> turns = new ArrayList<>();
    LegacyCalls legacy = new LegacyCalls();
    for (JsonNode message : messages.items()) {
      turns.add(new MessageReader("messages[" + turns.size() + "]", message, legacy).read());
    }
    if (turns.isEmpty()) {
      throw Refused.invalid("messages: must hold at least one message.");
    }
    return turns;
  }

  static Sampling sampling(JsonNode root) throws Refused {
    JsonNode bias = Fields.object(root, "", "logit_bias");
    return new Sampling(
        Fields.number(root, "temperature", 0, 2),
        Fields.number(root, "top_p", 0, 1),
        Fields.number(root, "top_k", -1, Double.MAX_VALUE),
        Fields.number(root, "min_p", 0, 1),
        Fields.number(root, "top_a", 0, 1),
        Fields.number(root, "frequency_penalty", -2, 2),
        Fields.number(root, "presence_penalty", -2, 2),
        Fields.number(root, "repetition_penalty", 0, 2),
        Fields.whole(root, "", "seed", Long.MIN_VALUE, Long.MAX_VALUE),
        stop(root),
        bias.exists() ? Optional.of(bias.raw()) : Optional.empty(),
        root.get("logprobs").isNumber()
            ? Optional.of(true) // legacy completions give the number of alternatives here
            : Fields.bool(root, "", "logprobs"),
        root.get("logprobs").isNumber()
            ? Fields.small(root, "logprobs", 0, 20)
            : Fields.small(root, "top_logprobs", 0, 20),
        choices(root));
  }

  private static OptionalInt choices(JsonNode root) throws Refused {
    return Fields.small(root, "n", 1, 128);
  }

  private static List<String> stop(JsonNode root) throws Refused {
    JsonNode stop = root.get("stop");
    if (!stop.hasValue()) {
      return List.of();
    }
    if (stop.isString()) {
      return List.of(stop.text());
    }
    if (!stop.isArray()) {
      throw Fields.wrong("stop", "a string or an array of strings", stop);
    }
    return Fields.strings(stop, "stop");
  }

  /** The newer name wins where a caller, to be safe, sends both. */
  static OptionalLong maxTokens(JsonNode root) throws Refused {
    OptionalLong newer = Fields.whole(root, "", "max_completion_tokens", 1, Long.MAX_VALUE);
    OptionalLong older = Fields.whole(root, "", "max_tokens", 1, Long.MAX_VALUE);
    return newer.isPresent() ? newer : older;
  }

  private static OutputFormat format(JsonNode root) throws Refused {
    JsonNode format = Fields.object(root, "", "response_format");
    if (!format.exists()) {
      return new OutputFormat.Unset();
    }
    String type =
        Fields.string(format, "response_format", "type")
            .orElseThrow(() -> Fields.wrong("response_format.type", "a string", JsonNode.ABSENT));
    if (type.equals("text") && format.size() == 1) {
      return new OutputFormat.PlainText();
    }
    if (type.equals("json_object") && format.size() == 1) {
      return new OutputFormat.JsonObject();
    }
    if (!type.equals("json_schema")) {
      return new OutputFormat.Native(Dialect.OPENAI_CHAT, format.raw());
    }
    String path = "response_format.json_schema";
    JsonNode schema = format.get("json_schema");
    if (!schema.isObject()) {
      throw Fields.wrong(path, "an object with name and schema", schema);
    }
    JsonNode body = schema.get("schema");
    if (body.hasValue() && !body.isObject()) {
      throw Fields.wrong(path + ".schema", "a JSON Schema object", body);
    }
    return new OutputFormat.JsonSchema(
        Fields.string(schema, path, "name"),
        Fields.string(schema, path, "description"),
        body.isObject() ? body.raw() : Raw.of("{}"),
        Fields.bool(schema, path, "strict"));
  }

  private static Extras extras(JsonNode root, JsonNode options) throws Refused {
    Map<String, Raw> members = Fields.unread(root, READ);
    WishReader.SWITCHES.stream()
        .filter(name -> WishReader.isRead(root, name))
        .forEach(members::remove);
    if (root.get("include_reasoning").isBoolean()) {
      members.remove("include_reasoning");
    }
    Map<String, Raw> wishes = WishReader.unread(root);
    if (!wishes.isEmpty()) {
      members.put("reasoning", Fields.asObject(wishes));
    }
    Map<String, Raw> streaming = Fields.unread(options, Set.of("include_usage"));
    if (!streaming.isEmpty()) {
      members.put("stream_options", Fields.asObject(streaming));
    }
    return members.isEmpty() ? Fields.NONE : new Extras(Dialect.OPENAI_CHAT, members);
  }
}
