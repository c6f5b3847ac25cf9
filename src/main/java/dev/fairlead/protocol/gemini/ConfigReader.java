package dev.fairlead.protocol.gemini;

import dev.fairlead.canon.Dialect;
import dev.fairlead.canon.OutputFormat;
import dev.fairlead.canon.ReasoningWish;
import dev.fairlead.canon.Sampling;
import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.JsonWriter;
import dev.fairlead.wire.Raw;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Reads a generationConfig. A member that has not the type it should have is left among the rest,
 * so that the provider, not we, says what is wrong with it.
 */
final class ConfigReader {
  private final JsonNode config;
  private final Map<String, Raw> rest = new LinkedHashMap<>();
  private final Sampling sampling;
  private final OptionalLong maxTokens;
  private final List<String> modalities;
  private final OutputFormat format;
  private final ReasoningWish reasoning;

  ConfigReader(JsonNode config) {
    this.config = config;
    rest.putAll(Names.rest(config, java.util.Set.of()));
    this.maxTokens = whole("maxOutputTokens");
    this.sampling = readSampling();
    this.modalities = words("responseModalities");
    this.format = readFormat();
    this.reasoning = readThinking();
  }

  Sampling sampling() {
    return sampling;
  }

  OptionalLong maxTokens() {
    return maxTokens;
  }

  List<String> modalities() {
    return modalities;
  }

  OutputFormat format() {
    return format;
  }

  ReasoningWish reasoning() {
    return reasoning;
  }

  /** What canon does not model, as it came. */
  Map<String, Raw> rest() {
    return rest;
  }

  private Sampling readSampling() {
    return new Sampling(
        number("temperature"),
        number("topP"),
        number("topK"),
        Optional.empty(),
        Optional.empty(),
        number("frequencyPenalty"),
        number("presencePenalty"),
        Optional.empty(),
        whole("seed"),
        strings("stopSequences"),
        Optional.empty(),
        bool("responseLogprobs"),
        small("logprobs"),
        small("candidateCount"));
  }

  /**
   * {@code responseSchema} is OpenAPI's subset: it stays in the rest as it came, and is read as
   * JSON Schema beside. A MIME type other than JSON and plain text is the dialect's own.
   */
  private OutputFormat readFormat() {
    JsonNode mime = Names.get(config, "responseMimeType");
    JsonNode json = Names.get(config, "responseJsonSchema");
    JsonNode subset = Names.get(config, "responseSchema");
    boolean hasSchema = json.hasValue() || subset.hasValue();
    String word = mime.textOr("");
    if (word.equals("application/json") && !(json.hasValue() && subset.hasValue())) {
      take("responseMimeType");
      if (json.hasValue()) {
        take("responseJsonSchema");
        return schema(json.raw());
      }
      return subset.hasValue()
          ? schema(SchemaFromGemini.read(subset.raw()))
          : new OutputFormat.JsonObject();
    }
    if (word.equals("text/plain") && !hasSchema) {
      take("responseMimeType");
      return new OutputFormat.PlainText();
    }
    if (word.isEmpty() && !hasSchema) {
      return new OutputFormat.Unset();
    }
    JsonWriter raw = new JsonWriter().beginObject();
    for (String name : List.of("responseMimeType", "responseSchema", "responseJsonSchema")) {
      JsonNode value = Names.get(config, name);
      if (value.hasValue()) {
        raw.name(name).value(value);
        take(name);
      }
    }
    return new OutputFormat.Native(Dialect.GEMINI, raw.endObject().toRaw());
  }

  private static OutputFormat schema(Raw schema) {
    return new OutputFormat.JsonSchema(
        Optional.empty(), Optional.empty(), schema, Optional.empty());
  }

  /**
   * A budget of 0 is off, of -1 the model's own choice. Thoughts are not shown unless asked for;
   * nothing but that question is the wish for a summary.
   */
  private ReasoningWish readThinking() {
    JsonNode thinking = Names.get(config, "thinkingConfig");
    if (!thinking.isObject()) {
      return ReasoningWish.UNSET;
    }
    JsonNode budget = Names.get(thinking, "thinkingBudget");
    JsonNode level = Names.get(thinking, "thinkingLevel");
    JsonNode shown = Names.get(thinking, "includeThoughts");
    long tokens = budget.longOr(Long.MIN_VALUE);
    Optional<ReasoningWish.Effort> effort =
        ReasoningWish.Effort.of(level.textOr("").toLowerCase(Locale.ROOT));
    boolean understood =
        (!budget.hasValue() || tokens >= -1)
            && (!level.hasValue() || effort.isPresent())
            && Names.rest(
                    thinking, java.util.Set.of("thinkingBudget", "thinkingLevel", "includeThoughts"))
                .isEmpty();
    if (understood) {
      take("thinkingConfig");
    }
    Optional<Boolean> enabled =
        tokens == 0 ? Optional.of(false) : tokens == -1 ? Optional.of(true) : Optional.empty();
    boolean asked = budget.hasValue() || level.hasValue();
    return new ReasoningWish(
        enabled,
        effort,
        tokens > 0 ? OptionalLong.of(tokens) : OptionalLong.empty(),
        shown.isBoolean() ? !shown.boolOr(true) : tokens != 0,
        !asked && shown.boolOr(false) ? Optional.of("auto") : Optional.empty());
  }

  private void take(String name) {
    rest.remove(name);
    rest.remove(Names.snake(name));
  }

  private Optional<BigDecimal> number(String name) {
    JsonNode value = Names.get(config, name);
    if (!value.isNumber()) {
      return Optional.empty();
    }
    take(name);
    return Optional.of(value.decimal());
  }

  private OptionalLong whole(String name) {
    JsonNode value = Names.get(config, name);
    long number = value.longOr(Long.MIN_VALUE);
    if (number == Long.MIN_VALUE) {
      return OptionalLong.empty();
    }
    take(name);
    return OptionalLong.of(number);
  }

  private OptionalInt small(String name) {
    JsonNode value = Names.get(config, name);
    long number = value.longOr(Long.MIN_VALUE);
    if (number != (int) number) {
      return OptionalInt.empty();
    }
    take(name);
    return OptionalInt.of((int) number);
  }

  private Optional<Boolean> bool(String name) {
    JsonNode value = Names.get(config, name);
    if (!value.isBoolean()) {
      return Optional.empty();
    }
    take(name);
    return Optional.of(value.boolOr(false));
  }

  private List<String> strings(String name) {
    JsonNode value = Names.get(config, name);
    List<String> list = new ArrayList<>();
    for (JsonNode item : value.items()) {
      if (!item.isString()) {
        return List.of();
      }
      list.add(item.text());
    }
    if (value.isArray()) {
      take(name);
    }
    return list;
  }

  private List<String> words(String name) {
    List<String> lower = new ArrayList<>();
    for (String word : strings(name)) {
      lower.add(word.toLowerCase(Locale.ROOT));
    }
    return lower;
  }
}
