package dev.fairlead.canon;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A conversation and what is wanted of the model, whatever dialect it came in. System and developer
 * messages are turns, at the place where they stood.
 *
 * @param model as the caller named it, variants included; empty when the caller named none
 * @param maxTokens the caller's bound on the output, reasoning included
 * @param user the caller's own id of its end user
 * @param modalities wanted output modalities; empty when nothing was said
 * @param includeUsage the caller wants usage in the stream, in dialects where that must be asked
 */
public record ChatRequest(
    String model,
    List<Turn> turns,
    List<Tool> tools,
    ToolChoice toolChoice,
    Optional<Boolean> parallelToolCalls,
    Sampling sampling,
    OptionalLong maxTokens,
    ReasoningWish reasoning,
    OutputFormat format,
    List<String> modalities,
    Optional<String> user,
    boolean stream,
    boolean includeUsage,
    Extras extras) {

  public ChatRequest {
    turns = List.copyOf(turns);
    tools = List.copyOf(tools);
    modalities = List.copyOf(modalities);
  }

  public ChatRequest withModel(String name) {
    return new ChatRequest(
        name,
        turns,
        tools,
        toolChoice,
        parallelToolCalls,
        sampling,
        maxTokens,
        reasoning,
        format,
        modalities,
        user,
        stream,
        includeUsage,
        extras);
  }

  public ChatRequest withTurns(List<Turn> newTurns) {
    return new ChatRequest(
        model,
        newTurns,
        tools,
        toolChoice,
        parallelToolCalls,
        sampling,
        maxTokens,
        reasoning,
        format,
        modalities,
        user,
        stream,
        includeUsage,
        extras);
  }

  public ChatRequest withTools(List<Tool> newTools, ToolChoice choice) {
    return new ChatRequest(
        model,
        turns,
        newTools,
        choice,
        parallelToolCalls,
        sampling,
        maxTokens,
        reasoning,
        format,
        modalities,
        user,
        stream,
        includeUsage,
        extras);
  }

  public ChatRequest withParallelToolCalls(Optional<Boolean> parallel) {
    return new ChatRequest(
        model,
        turns,
        tools,
        toolChoice,
        parallel,
        sampling,
        maxTokens,
        reasoning,
        format,
        modalities,
        user,
        stream,
        includeUsage,
        extras);
  }

  public ChatRequest withMaxTokens(OptionalLong bound) {
    return new ChatRequest(
        model,
        turns,
        tools,
        toolChoice,
        parallelToolCalls,
        sampling,
        bound,
        reasoning,
        format,
        modalities,
        user,
        stream,
        includeUsage,
        extras);
  }

  public ChatRequest withStream(boolean streamed, boolean usage) {
    return new ChatRequest(
        model,
        turns,
        tools,
        toolChoice,
        parallelToolCalls,
        sampling,
        maxTokens,
        reasoning,
        format,
        modalities,
        user,
        streamed,
        usage,
        extras);
  }

  public ChatRequest withExtras(Extras newExtras) {
    return new ChatRequest(
        model,
        turns,
        tools,
        toolChoice,
        parallelToolCalls,
        sampling,
        maxTokens,
        reasoning,
        format,
        modalities,
        user,
        stream,
        includeUsage,
        newExtras);
  }
}
