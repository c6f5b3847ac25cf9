package dev.fairlead.catalog;

import dev.fairlead.money.Meter;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** The orders in which models can be listed. Models without the figure come last. */
public enum ModelSort {
  MOST_POPULAR,
  NEWEST,
  TOP_WEEKLY,
  PRICING_LOW_TO_HIGH,
  PRICING_HIGH_TO_LOW,
  CONTEXT_HIGH_TO_LOW,
  THROUGHPUT_HIGH_TO_LOW,
  LATENCY_LOW_TO_HIGH,
  INTELLIGENCE_HIGH_TO_LOW,
  CODING_HIGH_TO_LOW,
  AGENTIC_HIGH_TO_LOW,
  DESIGN_ARENA_ELO_HIGH_TO_LOW;

  static final Map<String, ModelSort> WORDS = new LinkedHashMap<>();

  static {
    for (ModelSort sort : values()) {
      WORDS.put(sort.word(), sort);
    }
  }

  /** As it stands in a query: {@code pricing-low-to-high}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** A model with what is needed to place it in a list. */
  record Candidate(Model model, Optional<Endpoint> top, ModelStats stats) {}

  Comparator<Candidate> comparator(Instant now) {
    return Comparator.comparingDouble(candidate -> rank(candidate, now));
  }

  /** Ascending; what has no figure is infinitely far away. */
  private double rank(Candidate c, Instant now) {
    Benchmarks b = c.model().benchmarks();
    return switch (this) {
      case MOST_POPULAR -> -(double) c.stats().requests();
      case TOP_WEEKLY -> -(double) c.stats().weeklyTokens();
      case NEWEST -> c.model().created() == 0 ? Double.MAX_VALUE : -(double) c.model().created();
      case PRICING_LOW_TO_HIGH -> price(c, now);
      case PRICING_HIGH_TO_LOW -> c.top().isEmpty() ? Double.MAX_VALUE : -price(c, now);
      case CONTEXT_HIGH_TO_LOW -> -(double) c.model().contextLength();
      case THROUGHPUT_HIGH_TO_LOW -> descending(c.stats().throughput());
      case LATENCY_LOW_TO_HIGH -> c.stats().latency().orElse(Double.MAX_VALUE);
      case INTELLIGENCE_HIGH_TO_LOW -> descending(b.intelligence());
      case CODING_HIGH_TO_LOW -> descending(b.coding());
      case AGENTIC_HIGH_TO_LOW -> descending(b.agentic());
      case DESIGN_ARENA_ELO_HIGH_TO_LOW -> descending(b.designArenaElo());
    };
  }

  private static double descending(OptionalDouble figure) {
    return figure.isPresent() ? -figure.getAsDouble() : Double.MAX_VALUE;
  }

  private static double price(Candidate c, Instant now) {
    return c.top()
        .map(e -> ListedPrice.pico(e, Meter.INPUT, now) + ListedPrice.pico(e, Meter.OUTPUT, now))
        .map(sum -> sum / 2.0)
        .orElse(Double.MAX_VALUE);
  }
}
