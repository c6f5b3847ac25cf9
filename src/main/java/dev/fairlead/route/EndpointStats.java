package dev.fairlead.route;

import java.util.OptionalDouble;

/**
 * How an endpoint fared, as {@code GET /models/{author}/{slug}/endpoints} tells it. Uptime is the
 * share of successes among successes and failures, in percent; rate limits do not count; empty when
 * there were too few requests to say.
 *
 * @param latency of the last 30 minutes, to the first token, in milliseconds
 * @param throughput of the last 30 minutes, in tokens a second
 */
public record EndpointStats(
    OptionalDouble uptime5m,
    OptionalDouble uptime30m,
    OptionalDouble uptime1d,
    Percentiles latency,
    Percentiles throughput) {
  public static final EndpointStats NONE =
      new EndpointStats(
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          Percentiles.NONE,
          Percentiles.NONE);
}
