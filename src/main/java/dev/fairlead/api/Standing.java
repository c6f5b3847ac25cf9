package dev.fairlead.api;

import dev.fairlead.catalog.Catalog;
import dev.fairlead.catalog.Endpoint;
import dev.fairlead.catalog.Model;
import dev.fairlead.catalog.ModelStats;
import dev.fairlead.catalog.Provider;
import dev.fairlead.route.EndpointSignals;
import dev.fairlead.route.EndpointStats;
import dev.fairlead.route.SignalBook;
import java.time.Instant;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Predicate;

/**
 * How endpoints and models fare at this moment, as lists tell it.
 *
 * @param ready which providers can be called
 */
record Standing(SignalBook signals, Predicate<Provider> ready) {

  EndpointStats stats(Endpoint endpoint) {
    return signals.stats(endpoint.id());
  }

  /**
   * OpenRouter's numbers, which it does not explain; ours mean: 0 well, -1 asked to be left alone,
   * -2 on probation, -5 its breaker is open, -10 switched off or without a credential.
   */
  int status(Endpoint endpoint, Instant now) {
    if (endpoint.status() < 0 || !ready.test(endpoint.provider())) {
      return -10;
    }
    EndpointSignals seen = signals.of(endpoint.id());
    return switch (seen.breaker()) {
      case OPEN -> -5;
      case HALF_OPEN -> -2;
      case CLOSED -> seen.coolUntil().values().stream().anyMatch(now::isBefore) ? -1 : 0;
    };
  }

  /** For sorting and filtering models. Popularity is that of the last half hour. */
  ModelStats stats(Catalog catalog, String modelId) {
    double throughput = 0;
    double latency = Double.MAX_VALUE;
    long requests = 0;
    long finished = 0;
    long bad = 0;
    String id = catalog.model(modelId).map(Model::id).orElse(modelId);
    for (Endpoint endpoint : catalog.endpoints(id)) {
      EndpointStats seen = stats(endpoint);
      EndpointSignals recent = signals.of(endpoint.id());
      if (!seen.throughput().isNone()) {
        throughput = Math.max(throughput, seen.throughput().p50());
      }
      if (!seen.latency().isNone()) {
        latency = Math.min(latency, seen.latency().p50() / 1000);
      }
      requests += recent.requests();
      finished += recent.tools().finished();
      bad += recent.tools().bad();
    }
    return new ModelStats(
        throughput == 0 ? OptionalDouble.empty() : OptionalDouble.of(throughput),
        latency == Double.MAX_VALUE ? OptionalDouble.empty() : OptionalDouble.of(latency),
        0,
        requests,
        finished == 0 ? OptionalDouble.empty() : OptionalDouble.of(1 - (double) bad / finished),
        Set.of());
  }
}
