package dev.fairlead.route;

import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.JsonWriter;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * How one endpoint fares.
 *
 * @param breaker what its circuit breaker lets through
 * @param probeAt when an open breaker lets the next probe through
 * @param lastOutage when it last had a significant outage
 * @param latency to the first token in the last 5 minutes, in milliseconds
 * @param throughput in the last 5 minutes, in tokens a second
 * @param requests in the last 30 minutes
 * @param tools how its tool calls fared
 * @param coolUntil by credential: until when the provider wants to be left alone; the empty name
 *     stands for every credential
 */
public record EndpointSignals(
    Breaker.Phase breaker,
    Optional<Instant> probeAt,
    Optional<Instant> lastOutage,
    Percentiles latency,
    Percentiles throughput,
    long requests,
    Tools tools,
    Map<String, Instant> coolUntil) {

  /**
   * @param recent requests with tools in the last 2 hours
   * @param finished requests in the last day that ended in tool calls
   * @param bad of those: with a call that does not parse, names no tool or breaks its schema
   */
  public record Tools(long recent, long finished, long bad) {
    public static final Tools NONE = new Tools(0, 0, 0);

    /** The share of requests whose calls were all good; 1 when there were none. */
    double success() {
      return finished == 0 ? 1 : 1 - (double) bad / finished;
    }
  }

  public static final EndpointSignals NONE =
      new EndpointSignals(
          Breaker.Phase.CLOSED,
          Optional.empty(),
          Optional.empty(),
          Percentiles.NONE,
          Percentiles.NONE,
          0,
          Tools.NONE,
          Map.of());

  public EndpointSignals {
    coolUntil = Map.copyOf(coolUntil);
  }

  /** Until when this credential must wait here; empty when it need not. */
  Optional<Instant> coolUntil(String credential, Instant now) {
    if (coolUntil.isEmpty()) {
      return Optional.empty();
    }
    Instant everyone = coolUntil.getOrDefault("", Instant.MIN);
    Instant own = coolUntil.getOrDefault(credential, Instant.MIN);
    Instant latest = own.isAfter(everyone) ? own : everyone;
    return latest.isAfter(now) ? Optional.of(latest) : Optional.empty();
  }

  /** What a plan reads; cool-downs are written per seat, by whoever reads them. */
  void write(JsonWriter out) {
    out.beginObject();
    if (breaker != Breaker.Phase.CLOSED) {
      out.field("breaker", breaker.name());
    }
    Words.instant(out, "probe_at", probeAt);
    Words.instant(out, "last_outage", lastOutage);
    if (!latency.isNone()) {
      latency.write(out.name("latency_ms"));
    }
    if (!throughput.isNone()) {
      throughput.write(out.name("throughput"));
    }
    if (requests > 0) {
      out.field("requests_30m", requests);
    }
    if (!tools.equals(Tools.NONE)) {
      out.field("tool_requests_2h", tools.recent())
          .field("tool_finishes_1d", tools.finished())
          .field("tool_errors_1d", tools.bad());
    }
    out.endObject();
  }

  static EndpointSignals read(JsonNode node) {
    return new EndpointSignals(
        Breaker.Phase.valueOf(node.get("breaker").textOr("CLOSED")),
        Words.instant(node.get("probe_at")),
        Words.instant(node.get("last_outage")),
        Percentiles.read(node.get("latency_ms")),
        Percentiles.read(node.get("throughput")),
        node.get("requests_30m").longOr(0),
        new Tools(
            node.get("tool_requests_2h").longOr(0),
            node.get("tool_finishes_1d").longOr(0),
            node.get("tool_errors_1d").longOr(0)),
        Map.of());
  }
}
