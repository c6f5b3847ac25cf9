package dev.fairlead.limit;

import java.util.List;

/**
 * What counts in a counter, as it can be written down.
 *
 * @param parts in their order; none where nothing counts any more
 */
record Count(Counter.Key key, List<Part> parts) {
  /**
   * An amount of a part of the window.
   *
   * @param beganNanos when that part began, by the limiter's clock
   */
  record Part(long beganNanos, long amount) {}

  Count {
    parts = List.copyOf(parts);
  }
}
