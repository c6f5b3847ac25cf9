package dev.fairlead.catalog.refresh;

import dev.fairlead.money.Meter;
import dev.fairlead.wire.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * LiteLLM's list: models by its own names, which are the provider's id, often with the provider
 * before it; costs in USD per token, dearer prompts in fields that end in {@code
 * _above_200k_tokens}.
 */
final class LiteLlmList {
  /** Where its names of providers are not ours. */
  private static final Map<String, String> PROVIDERS =
      Map.ofEntries(
          Map.entry("gemini", "google-ai-studio"),
          Map.entry("together_ai", "together"),
          Map.entry("fireworks_ai", "fireworks"),
          Map.entry("moonshot", "moonshotai"),
          Map.entry("dashscope", "alibaba"),
          Map.entry("cohere_chat", "cohere"),
          Map.entry("nvidia_nim", "nvidia"),
          Map.entry("vercel_ai_gateway", "vercel"),
          Map.entry("github", "github-models"),
          Map.entry("friendliai", "friendli"));

  private static final Map<String, Meter> WORDS =
      Map.of(
          "input_cost_per_token", Meter.INPUT,
          "output_cost_per_token", Meter.OUTPUT,
          "cache_read_input_token_cost", Meter.CACHE_READ,
          "cache_creation_input_token_cost", Meter.CACHE_WRITE,
          "cache_creation_input_token_cost_above_1hr", Meter.CACHE_WRITE_LONG,
          "output_cost_per_reasoning_token", Meter.REASONING,
          "input_cost_per_audio_token", Meter.INPUT_AUDIO,
          "output_cost_per_audio_token", Meter.OUTPUT_AUDIO);

  private static final Set<String> MODES = Set.of("chat", "completion", "embedding", "");
  private static final long[] BOUNDS = {128_000, 200_000, 272_000};
  private static final int PER_TOKEN = 12;

  private LiteLlmList() {}

  static List<Listing> read(JsonNode root) {
    List<Listing> found = new ArrayList<>();
    for (JsonNode.Member member : root.members()) {
      JsonNode model = member.value();
      String provider = model.get("litellm_provider").textOr("");
      boolean example = member.name().equals("sample_spec");
      if (!example && !provider.isEmpty() && MODES.contains(model.get("mode").textOr(""))) {
        found.add(listing(provider, member.name(), model));
      }
    }
    return found;
  }

  private static Listing listing(String provider, String name, JsonNode model) {
    Rates rates = new Rates();
    WORDS.forEach((word, meter) -> rates.put(meter, model.get(word), PER_TOKEN));
    for (long bound : BOUNDS) {
      String suffix = "_above_" + bound / 1000 + "k_tokens";
      WORDS.forEach((word, meter) -> rates.tier(bound, meter, model.get(word + suffix), PER_TOKEN));
    }
    String id = name.startsWith(provider + "/") ? name.substring(provider.length() + 1) : name;
    return new Listing(
        PROVIDERS.getOrDefault(provider, provider),
        id,
        id,
        rates.done(),
        rates.tiered(),
        ModelsDevList.tokens(model.get("max_input_tokens")),
        ModelsDevList.tokens(model.get("max_output_tokens")),
        Set.of(),
        Set.of(),
        List.of());
  }
}
