package dev.fairlead.catalog.refresh;

import dev.fairlead.money.Meter;
import dev.fairlead.wire.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** OpenRouter's list: prices as strings of USD per token. Aliases and routers are no offers. */
final class OpenRouterList {
  private static final Map<String, Meter> WORDS = new LinkedHashMap<>();
  private static final int PER_TOKEN = 12;

  static {
    WORDS.put("prompt", Meter.INPUT);
    WORDS.put("completion", Meter.OUTPUT);
    WORDS.put("request", Meter.REQUEST);
    WORDS.put("image", Meter.INPUT_IMAGE);
    WORDS.put("image_output", Meter.OUTPUT_IMAGE);
    WORDS.put("audio", Meter.INPUT_AUDIO);
    WORDS.put("audio_output", Meter.OUTPUT_AUDIO);
    WORDS.put("input_audio_cache", Meter.CACHE_READ_AUDIO);
    WORDS.put("web_search", Meter.SEARCH);
    WORDS.put("internal_reasoning", Meter.REASONING);
    WORDS.put("input_cache_read", Meter.CACHE_READ);
    WORDS.put("input_cache_write", Meter.CACHE_WRITE);
    WORDS.put("input_cache_write_1h", Meter.CACHE_WRITE_LONG);
  }

  private OpenRouterList() {}

  static List<Listing> read(JsonNode root) {
    List<Listing> found = new ArrayList<>();
    for (JsonNode model : root.get("data").items()) {
      String id = model.get("id").textOr("");
      boolean offer = !id.isEmpty() && !id.startsWith("~") && !id.startsWith("openrouter/");
      if (offer) {
        found.add(listing(id, model));
      }
    }
    return found;
  }

  private static Listing listing(String id, JsonNode model) {
    JsonNode pricing = model.get("pricing");
    Rates rates = new Rates();
    WORDS.forEach((word, meter) -> rates.put(meter, pricing.get(word), PER_TOKEN));
    for (JsonNode override : pricing.get("overrides").items()) {
      long bound = override.get("min_prompt_tokens").longOr(0);
      if (bound > 0) {
        WORDS.forEach((word, meter) -> rates.tier(bound, meter, override.get(word), PER_TOKEN));
      }
    }
    List<String> parameters = new ArrayList<>();
    model.get("supported_parameters").items().forEach(p -> parameters.add(p.textOr("")));
    JsonNode architecture = model.get("architecture");
    return new Listing(
        "openrouter",
        id,
        model.get("name").textOr(id),
        rates.done(),
        true,
        ModelsDevList.tokens(model.get("top_provider").get("context_length")),
        ModelsDevList.tokens(model.get("top_provider").get("max_completion_tokens")),
        ModelsDevList.modalities(architecture.get("input_modalities")),
        ModelsDevList.modalities(architecture.get("output_modalities")),
        parameters);
  }
}
