package dev.fairlead.catalog;

import dev.fairlead.money.Meter;
import dev.fairlead.money.Price;
import dev.fairlead.money.Rate;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A price as OpenRouter's lists show it: USD a token (or a piece) in strings, by its names.
 *
 * @param amounts by OpenRouter's name, {@code prompt} and {@code completion} always among them
 * @param overrides prices of long prompts, by growing bound
 */
public record ListedPrice(Map<String, String> amounts, List<LongPrompt> overrides) {

  /** What holds when a prompt has more than {@code minPromptTokens} tokens. */
  public record LongPrompt(long minPromptTokens, Map<String, String> amounts) {
    public LongPrompt {
      amounts = Collections.unmodifiableMap(new LinkedHashMap<>(amounts));
    }
  }

  private static final Map<Meter, String> NAMES = new LinkedHashMap<>();

  static {
    NAMES.put(Meter.INPUT, "prompt");
    NAMES.put(Meter.OUTPUT, "completion");
    NAMES.put(Meter.REQUEST, "request");
    NAMES.put(Meter.INPUT_IMAGE, "image");
    NAMES.put(Meter.OUTPUT_IMAGE, "image_output");
    NAMES.put(Meter.INPUT_AUDIO, "audio");
    NAMES.put(Meter.OUTPUT_AUDIO, "audio_output");
    NAMES.put(Meter.CACHE_READ_AUDIO, "input_audio_cache");
    NAMES.put(Meter.SEARCH, "web_search");
    NAMES.put(Meter.REASONING, "internal_reasoning");
    NAMES.put(Meter.CACHE_READ, "input_cache_read");
    NAMES.put(Meter.CACHE_WRITE, "input_cache_write");
    NAMES.put(Meter.CACHE_WRITE_LONG, "input_cache_write_1h");
  }

  public ListedPrice {
    amounts = Collections.unmodifiableMap(new LinkedHashMap<>(amounts));
    overrides = List.copyOf(overrides);
  }

  public static ListedPrice of(Price price) {
    Map<String, String> amounts = new LinkedHashMap<>();
    TreeMap<Long, Map<String, String>> tiers = new TreeMap<>();
    NAMES.forEach(
        (meter, name) -> {
          Optional<Rate> rate = price.rate(meter);
          if (rate.isPresent() || meter == Meter.INPUT || meter == Meter.OUTPUT) {
            amounts.put(name, PriceWords.usd(rate.map(Rate::picoUsd).orElse(0L)));
          }
          for (Rate.Tier tier : rate.map(Rate::tiers).orElse(List.of())) {
            tiers
                .computeIfAbsent(tier.aboveInputTokens(), bound -> new LinkedHashMap<>())
                .put(name, PriceWords.usd(tier.picoUsd()));
          }
        });
    List<LongPrompt> overrides = new ArrayList<>();
    tiers.forEach((bound, prices) -> overrides.add(new LongPrompt(bound, prices)));
    return new ListedPrice(amounts, overrides);
  }

  /**
   * The endpoint that stands for a model in lists: the cheapest for a prompt as long as its answer;
   * the first of the catalog among equals. What a provider gives away, within bounds of its own,
   * says nothing on what the model costs: it stands for a model only where nobody sells it.
   */
  public static Optional<Endpoint> top(List<Endpoint> endpoints, Instant when) {
    Endpoint best = null;
    long least = Long.MAX_VALUE;
    for (Endpoint endpoint : endpoints) {
      long sum = pico(endpoint, Meter.INPUT, when) + pico(endpoint, Meter.OUTPUT, when);
      long rank = sum == 0 ? Long.MAX_VALUE - 1 : sum;
      if (endpoint.status() >= 0 && rank < least) {
        least = rank;
        best = endpoint;
      }
    }
    return Optional.ofNullable(best);
  }

  /** Pico-USD a unit; 0 where nothing is charged. */
  public static long pico(Endpoint endpoint, Meter meter, Instant when) {
    return endpoint.priceAt(when).rate(meter).map(Rate::picoUsd).orElse(0L);
  }

  /** USD per million tokens. */
  static BigDecimal perMillion(Endpoint endpoint, Meter meter, Instant when) {
    return BigDecimal.valueOf(pico(endpoint, meter, when), 6);
  }
}
