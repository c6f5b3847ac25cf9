package dev.fairlead.catalog.refresh;

import dev.fairlead.catalog.Modality;
import dev.fairlead.money.Meter;
import dev.fairlead.wire.JsonNode;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The list of models.dev: providers by id, each with {@code models} by the provider's own id;
 * {@code cost} in USD per million tokens, {@code limit} in tokens.
 */
final class ModelsDevList {
  /** Where its names of providers are not ours. */
  private static final Map<String, String> PROVIDERS =
      Map.of(
          "google", "google-ai-studio",
          "togetherai", "together",
          "fireworks-ai", "fireworks",
          "novita-ai", "novita",
          "cloudflare-workers-ai", "cloudflare");

  private static final Map<String, Meter> WORDS =
      Map.of(
          "input", Meter.INPUT,
          "output", Meter.OUTPUT,
          "cache_read", Meter.CACHE_READ,
          "cache_write", Meter.CACHE_WRITE,
          "reasoning", Meter.REASONING,
          "input_audio", Meter.INPUT_AUDIO,
          "output_audio", Meter.OUTPUT_AUDIO);

  private static final int PER_MILLION = 6;

  private ModelsDevList() {}

  static List<Listing> read(JsonNode root) {
    List<Listing> found = new ArrayList<>();
    for (JsonNode.Member provider : root.members()) {
      String slug = PROVIDERS.getOrDefault(provider.name(), provider.name());
      for (JsonNode.Member model : provider.value().get("models").members()) {
        if (!model.value().get("status").textIs("deprecated")) {
          found.add(listing(slug, model.name(), model.value()));
        }
      }
    }
    return found;
  }

  private static Listing listing(String slug, String id, JsonNode model) {
    JsonNode cost = model.get("cost");
    Rates rates = new Rates();
    WORDS.forEach((word, meter) -> rates.put(meter, cost.get(word), PER_MILLION));
    for (JsonNode tier : cost.get("tiers").items()) {
      long size = tier.get("tier").get("size").longOr(tier.get("context").get("min").longOr(0));
      if (size > 0) {
        WORDS.forEach((word, meter) -> rates.tier(size, meter, tier.get(word), PER_MILLION));
      }
    }
    JsonNode over = cost.get("context_over_200k");
    if (over.isObject() && !rates.tiered()) {
      WORDS.forEach((word, meter) -> rates.tier(200_000, meter, over.get(word), PER_MILLION));
    }
    return new Listing(
        slug,
        id,
        model.get("name").textOr(id),
        rates.done(),
        rates.tiered(),
        tokens(model.get("limit").get("context")),
        tokens(model.get("limit").get("output")),
        modalities(model.get("modalities").get("input")),
        modalities(model.get("modalities").get("output")),
        List.of());
  }

  static OptionalLong tokens(JsonNode node) {
    long value = node.longOr(0);
    return value > 0 ? OptionalLong.of(value) : OptionalLong.empty();
  }

  static Set<Modality> modalities(JsonNode words) {
    EnumSet<Modality> found = EnumSet.noneOf(Modality.class);
    for (JsonNode word : words.items()) {
      String text = word.textOr("");
      Modality.of(text.equals("pdf") ? "file" : text).ifPresent(found::add);
    }
    return found;
  }
}
