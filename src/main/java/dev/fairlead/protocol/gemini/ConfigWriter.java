package dev.fairlead.protocol.gemini;

import dev.fairlead.canon.ChatRequest;
import dev.fairlead.canon.Dialect;
import dev.fairlead.canon.OutputFormat;
import dev.fairlead.canon.Sampling;
import dev.fairlead.canon.Tool;
import dev.fairlead.canon.ToolChoice;
import dev.fairlead.protocol.Target;
import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.JsonWriter;
import dev.fairlead.wire.Raw;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Writes generationConfig: sampling, bounds, output format, modalities and thinking. */
final class ConfigWriter {
  /** The most stop sequences that the API takes. */
  private static final int MOST_STOPS = 5;

  private final ChatRequest request;
  private final Target target;
  private final Losses losses;
  private final JsonNode rest;

  ConfigWriter(ChatRequest request, Target target, Losses losses) {
    this.request = request;
    this.target = target;
    this.losses = losses;
    Raw own = Names.own(request.extras()).get("generationConfig");
    this.rest = own == null ? JsonNode.ABSENT : own.node();
  }

  /** Writes the member, unless it would be empty. */
  void write(JsonWriter out) {
    JsonWriter config = new JsonWriter().beginObject();
    int empty = config.size();
    sampling(config, request.sampling());
    request.maxTokens().ifPresent(bound -> config.field("maxOutputTokens", bound));
    if (!request.modalities().isEmpty()) {
      config.name("responseModalities").beginArray();
      request.modalities().forEach(word -> config.value(word.toUpperCase(Locale.ROOT)));
      config.endArray();
    }
    format(config);
    if (!Names.get(rest, "thinkingConfig").exists()) {
      new Thinking(request, target, losses).write(config);
    }
    rest.members().forEach(member -> config.name(member.name()).value(member.value()));
    if (config.size() > empty) {
      out.field("generationConfig", config.endObject().toRaw());
    }
  }

  private void sampling(JsonWriter out, Sampling sampling) {
    boolean fixed = target.traits().contains(Target.Trait.NO_SAMPLING);
    if (fixed && (sampling.temperature().isPresent() || sampling.topP().isPresent())) {
      losses.add("", "temperature, top_p", "This model takes no sampling parameters.");
    } else {
      sampling.temperature().ifPresent(value -> out.field("temperature", value));
      sampling.topP().ifPresent(value -> out.field("topP", value));
    }
    sampling.topK().ifPresent(value -> out.field("topK", value));
    sampling.frequencyPenalty().ifPresent(value -> out.field("frequencyPenalty", value));
    sampling.presencePenalty().ifPresent(value -> out.field("presencePenalty", value));
    sampling.seed().ifPresent(value -> out.field("seed", value));
    stops(out, sampling.stop());
    sampling.logprobs().ifPresent(value -> out.field("responseLogprobs", value));
    sampling.topLogprobs().ifPresent(value -> out.field("logprobs", value));
    sampling.choices().ifPresent(value -> out.field("candidateCount", value));
    without("min_p", sampling.minP());
    without("top_a", sampling.topA());
    without("repetition_penalty", sampling.repetitionPenalty());
    without("logit_bias", sampling.logitBias());
  }

  private void without(String field, Optional<?> value) {
    if (value.isPresent()) {
      losses.add("", field, "Gemini has no such parameter; it was left out.");
    }
  }

  private void stops(JsonWriter out, List<String> stops) {
    List<String> useful = stops.stream().filter(stop -> !stop.isEmpty()).toList();
    if (useful.size() < stops.size()) {
      losses.add("", "stop", "An empty stop sequence was left out.");
    }
    if (useful.size() > MOST_STOPS) {
      losses.add("", "stop", "Gemini takes 5 stop sequences; the first 5 were kept.");
      useful = useful.subList(0, MOST_STOPS);
    }
    if (!useful.isEmpty()) {
      out.name("stopSequences").beginArray();
      useful.forEach(out::value);
      out.endArray();
    }
  }

  private void format(JsonWriter out) {
    switch (request.format()) {
      case OutputFormat.Unset unset -> {}
      case OutputFormat.PlainText plain -> out.field("responseMimeType", "text/plain");
      case OutputFormat.JsonObject object -> {
        if (askedInWords()) {
          losses.add("", "response_format", "Asked for in words: " + WITH_TOOLS);
        } else {
          out.field("responseMimeType", "application/json");
        }
      }
      case OutputFormat.JsonSchema schema -> schema(schema, out);
      case OutputFormat.Native own -> {
        if (own.dialect() == Dialect.GEMINI) {
          own.raw().node().members().forEach(it -> out.name(it.name()).value(it.value()));
        } else {
          losses.add("", "response_format", "Gemini has no such output format.");
        }
      }
    }
  }

  private static final String WITH_TOOLS =
      "before Gemini 3, JSON output and function tools exclude each other.";

  private void schema(OutputFormat.JsonSchema format, JsonWriter out) {
    if (format.name().isPresent() || format.description().isPresent()) {
      losses.add("", "response_format.name", "Gemini's output schemas have no name or text.");
    }
    if (askedInWords()) {
      losses.add("", "response_format", "The schema was asked for in words: " + WITH_TOOLS);
      return;
    }
    out.field("responseMimeType", "application/json");
    if (Names.get(rest, "responseSchema").exists()) {
      return; // the caller's own form of the same schema, among the rest
    }
    String field = "response_format.schema";
    if (target.traits().contains(Target.Trait.OPENAPI_SCHEMA)) {
      out.field("responseSchema", SchemaForGemini.subset(format.schema(), "", field, losses));
    } else {
      out.field("responseJsonSchema", SchemaForGemini.json(format.schema(), "", field, losses));
    }
  }

  /**
   * Before Gemini 3 (the models that are steered by levels), the API refuses function calling
   * together with JSON output. A caller who speaks Gemini gets that refusal; any other never knew
   * the rule, so for him the system instruction asks for the format.
   */
  private boolean askedInWords() {
    return request.extras().dialect() != Dialect.GEMINI
        && target.reasoningStyle() != Target.ReasoningStyle.LEVEL
        && !(request.toolChoice() instanceof ToolChoice.None)
        && request.tools().stream().anyMatch(Tool.Function.class::isInstance);
  }

  /** What the system instruction must say about the format; empty when the config says it. */
  Optional<String> words() {
    if (!askedInWords()) {
      return Optional.empty();
    }
    return switch (request.format()) {
      case OutputFormat.JsonObject object ->
          Optional.of("Unless you call a function, answer with one JSON object and nothing else.");
      case OutputFormat.JsonSchema schema ->
          Optional.of(
              "Unless you call a function, answer with nothing but JSON of this JSON Schema: "
                  + schema.schema());
      case OutputFormat.Unset o -> Optional.empty();
      case OutputFormat.PlainText o -> Optional.empty();
      case OutputFormat.Native o -> Optional.empty();
    };
  }
}
