package dev.fairlead.catalog;

import java.util.OptionalDouble;
import java.util.Set;

/**
 * What a gateway has lately seen of a model; the catalog itself knows no traffic.
 *
 * @param throughput median output tokens a second
 * @param latency median seconds to the first token
 * @param weeklyTokens tokens of the last seven days
 * @param requests requests of the last seven days
 * @param toolSuccessRate share of tool requests that ended in a tool call, 0 to 1
 * @param categories use cases that it is used for ({@code programming}, {@code legal})
 */
public record ModelStats(
    OptionalDouble throughput,
    OptionalDouble latency,
    long weeklyTokens,
    long requests,
    OptionalDouble toolSuccessRate,
    Set<String> categories) {
  public static final ModelStats NONE =
      new ModelStats(
          OptionalDouble.empty(), OptionalDouble.empty(), 0, 0, OptionalDouble.empty(), Set.of());

  public ModelStats {
    categories = Set.copyOf(categories);
  }
}
