package dev.fairlead.api;

import dev.fairlead.canon.Dialect;
import dev.fairlead.catalog.Endpoint;
import dev.fairlead.catalog.Model;
import java.util.List;
import java.util.TreeSet;

/**
 * Which request parameters are listed for endpoints and models, in OpenRouter's words and sorted.
 * An endpoint that states none takes whatever its dialect can say.
 */
final class Vocabulary {
  private static final List<String> OPENAI =
      List.of(
          "frequency_penalty",
          "include_reasoning",
          "logit_bias",
          "logprobs",
          "max_completion_tokens",
          "max_tokens",
          "parallel_tool_calls",
          "presence_penalty",
          "reasoning",
          "reasoning_effort",
          "response_format",
          "seed",
          "stop",
          "structured_outputs",
          "temperature",
          "tool_choice",
          "tools",
          "top_logprobs",
          "top_p",
          "verbosity");
  private static final List<String> ANTHROPIC =
      List.of(
          "include_reasoning",
          "max_completion_tokens",
          "max_tokens",
          "parallel_tool_calls",
          "reasoning",
          "reasoning_effort",
          "response_format",
          "stop",
          "structured_outputs",
          "temperature",
          "tool_choice",
          "tools",
          "top_k",
          "top_p");
  private static final List<String> GEMINI =
      List.of(
          "frequency_penalty",
          "include_reasoning",
          "logprobs",
          "max_completion_tokens",
          "max_tokens",
          "presence_penalty",
          "reasoning",
          "reasoning_effort",
          "response_format",
          "seed",
          "stop",
          "structured_outputs",
          "temperature",
          "tool_choice",
          "tools",
          "top_k",
          "top_logprobs",
          "top_p");
  private static final List<String> PLAIN =
      List.of(
          "max_completion_tokens",
          "max_tokens",
          "stop",
          "temperature",
          "tool_choice",
          "tools",
          "top_k",
          "top_p");

  private Vocabulary() {}

  static List<String> of(Endpoint endpoint) {
    return endpoint.anyParameter()
        ? sayable(endpoint.dialect())
        : endpoint.parameters().stream().sorted().toList();
  }

  /** The model's own, or else what any of its endpoints honours. */
  static List<String> of(Model model, List<Endpoint> endpoints) {
    if (!model.supportedParameters().isEmpty()) {
      return model.supportedParameters().stream().sorted().toList();
    }
    TreeSet<String> words = new TreeSet<>();
    endpoints.forEach(endpoint -> words.addAll(of(endpoint)));
    return List.copyOf(words);
  }

  private static List<String> sayable(Dialect dialect) {
    return switch (dialect) {
      case OPENAI_CHAT, OPENAI_RESPONSES -> OPENAI;
      case ANTHROPIC -> ANTHROPIC;
      case GEMINI -> GEMINI;
      case BEDROCK, COHERE -> PLAIN;
    };
  }
}
