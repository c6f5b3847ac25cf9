package dev.fairlead.protocol.openaichat;

import dev.fairlead.canon.ChatRequest;
import dev.fairlead.canon.Dialect;
import dev.fairlead.canon.Extras;
import dev.fairlead.canon.OutputFormat;
import dev.fairlead.canon.Part;
import dev.fairlead.canon.ReasoningWish;
import dev.fairlead.canon.Refused;
import dev.fairlead.canon.Role;
import dev.fairlead.canon.ToolChoice;
import dev.fairlead.canon.Turn;
import dev.fairlead.protocol.Wire;
import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.Raw;
import dev.fairlead.wire.Text;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Legacy text completions, served by chat: the prompt becomes the user's turn, and the answer's
 * text is written as {@code choices[].text} when the answer's context says so. One prompt a
 * request: several would be several exchanges.
 */
public final class LegacyCompletions {
  /** The extra that marks a request as having come through the legacy operation. */
  public static final String MARKER = "text_completion";

  private static final Set<String> READ =
      Set.of(
          "model",
          "prompt",
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
          "include_reasoning",
          "user",
          "stream",
          "stream_options");

  private LegacyCompletions() {}

  /** True when the request was decoded here. */
  public static boolean isLegacy(ChatRequest request) {
    return request.extras().members().containsKey(MARKER);
  }

  public static ChatRequest decodeRequest(Wire wire) throws Refused {
    JsonNode root = wire.body().root();
    if (!root.isObject()) {
      throw Refused.invalid("The body must be a JSON object.");
    }
    ReasoningWish wish = WishReader.read(root);
    JsonNode options = Fields.object(root, "", "stream_options");
    Part prompt = new Part.Text(prompt(root), Optional.empty(), List.of(), Fields.NONE);
    Map<String, Raw> extras = new LinkedHashMap<>(Fields.unread(root, READ));
    extras.put(MARKER, Raw.of("true"));
    return new ChatRequest(
        Fields.string(root, "", "model").orElse(""),
        List.of(new Turn(Role.USER, List.of(prompt), Optional.empty(), Fields.NONE)),
        List.of(),
        new ToolChoice.Unset(),
        Optional.empty(),
        RequestReader.sampling(root),
        RequestReader.maxTokens(root),
        wish,
        new OutputFormat.Unset(),
        List.of(),
        Fields.string(root, "", "user"),
        Fields.bool(root, "", "stream").orElse(false),
        Fields.bool(options, "stream_options", "include_usage").orElse(false),
        new Extras(Dialect.OPENAI_CHAT, extras));
  }

  private static Text prompt(JsonNode root) throws Refused {
    JsonNode prompt = root.get("prompt");
    if (prompt.isString()) {
      return prompt.asText();
    }
    if (!prompt.isArray() || prompt.size() == 0) {
      throw Fields.wrong("prompt", "a string", prompt);
    }
    JsonNode first = prompt.at(0);
    if (first.isNumber() || first.isArray()) {
      throw Refused.invalid(
          "prompt: arrays of tokens are not supported, because models here have different"
              + " tokenizers; send the text.");
    }
    if (!first.isString()) {
      throw Fields.wrong("prompt[0]", "a string", first);
    }
    if (prompt.size() > 1) {
      throw Refused.invalid(
          "prompt: several prompts in one request are not supported; send one request for each.");
    }
    return first.asText();
  }
}
