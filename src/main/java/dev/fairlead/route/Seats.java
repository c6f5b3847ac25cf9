package dev.fairlead.route;

import java.util.List;
import java.util.Map;

/** Which credentials there are for a provider. An endpoint has one place in a plan for each. */
@FunctionalInterface
public interface Seats {
  /** By provider slug; none when it cannot be called. */
  List<Seat> of(String provider);

  static Seats of(Map<String, List<Seat>> seats) {
    Map<String, List<Seat>> copy = Map.copyOf(seats);
    return provider -> copy.getOrDefault(provider, List.of());
  }
}
