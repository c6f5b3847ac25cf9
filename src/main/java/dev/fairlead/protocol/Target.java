package dev.fairlead.protocol;

import java.util.OptionalLong;
import java.util.Set;

/**
 * For whom a request is written: the facts of an endpoint that a codec needs. No endpoint, because
 * the catalog stands on a higher floor.
 *
 * @param model the provider's own id of the model
 * @param family whose proofs and file ids it understands ({@code anthropic}, {@code google}, …)
 * @param maxOutput its bound on the output, for dialects that must be given one
 * @param traits what is special about it; see {@link Trait}
 * @param reasoningStyle how its thinking is steered
 * @param stream whether the answer shall come as a stream
 */
public record Target(
    String model,
    String family,
    OptionalLong maxOutput,
    Set<Trait> traits,
    ReasoningStyle reasoningStyle,
    boolean stream) {
  public Target {
    traits = Set.copyOf(traits);
  }

  /** Deviations of providers and models from their dialect that change how requests are written. */
  public enum Trait {
    /** Nothing is known about it: what a caller wrote in its dialect passes as it came. */
    AS_SENT,
    /** Wants {@code max_completion_tokens} instead of {@code max_tokens}. */
    MAX_COMPLETION_TOKENS,
    /** Takes {@code developer} turns; others get {@code system}. */
    DEVELOPER_ROLE,
    /** Cannot stream usage on request ({@code stream_options} is an error). */
    NO_STREAM_OPTIONS,
    /** Understands {@code reasoning_details} and {@code reasoning} objects (OpenRouter's shape). */
    REASONING_DETAILS,
    /** Wants earlier {@code reasoning_content} sent back with tool turns. */
    REPLAY_REASONING_CONTENT,
    /** Wants content in typed parts with {@code thinking} parts (Mistral). */
    THINKING_PARTS,
    /** Takes an assistant turn at the end as the beginning of its answer. */
    PREFILL,
    /** Takes {@code cache_control} marks in the OpenAI dialect. */
    CACHE_CONTROL,
    /** Has a native output format for JSON Schema (Anthropic's newer models). */
    NATIVE_JSON_SCHEMA,
    /** Takes thinking only in its adaptive form (Anthropic's newest models). */
    ADAPTIVE_THINKING,
    /** Takes neither temperature nor top_p. */
    NO_SAMPLING,
    /** Takes schemas only in OpenAPI's subset (older Gemini endpoints). */
    OPENAPI_SCHEMA,
    /** Cannot stop thinking; what comes nearest is its least thinking. */
    ALWAYS_THINKS
  }

  /** How an endpoint's thinking is steered. */
  public enum ReasoningStyle {
    /** It does not think, or cannot be steered. */
    NONE,
    /** By a word: {@code reasoning_effort}. */
    EFFORT,
    /** By a number of tokens. */
    BUDGET,
    /** By OpenRouter's {@code reasoning} object. */
    OPENROUTER,
    /** By a level word of Gemini's ({@code thinkingLevel}). */
    LEVEL,
    /** By a switch: {@code thinking: {type: enabled}} in the OpenAI dialect. */
    SWITCH
  }
}
