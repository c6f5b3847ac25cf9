package dev.fairlead.route;

import java.util.Map;

/**
 * How the endpoints fare: what a plan reads. The values are immutable; {@link SignalBook} keeps
 * them current, a record of a plan keeps what was read.
 */
@FunctionalInterface
public interface Signals {
  /** Nobody has been measured. */
  Signals NONE = endpoint -> EndpointSignals.NONE;

  /** What is known of the endpoint; {@link EndpointSignals#NONE} when nothing is. */
  EndpointSignals of(String endpoint);

  static Signals of(Map<String, EndpointSignals> known) {
    Map<String, EndpointSignals> copy = Map.copyOf(known);
    return endpoint -> copy.getOrDefault(endpoint, EndpointSignals.NONE);
  }
}
