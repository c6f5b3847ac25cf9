package dev.fairlead.route;

import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.JsonWriter;

/**
 * What a window of measurements amounts to. {@code p90} is what nine of ten requests did at least
 * as well as: for latency the 90th percentile, for throughput the 10th.
 *
 * @param count how many measurements; with none the others are 0 and mean nothing
 */
public record Percentiles(long count, double p50, double p75, double p90, double p99) {
  public static final Percentiles NONE = new Percentiles(0, 0, 0, 0, 0);

  public boolean isNone() {
    return count == 0;
  }

  void write(JsonWriter out) {
    out.beginObject()
        .field("count", count)
        .field("p50", p50)
        .field("p75", p75)
        .field("p90", p90)
        .field("p99", p99)
        .endObject();
  }

  static Percentiles read(JsonNode node) {
    return node.isObject()
        ? new Percentiles(
            node.get("count").longOr(0),
            node.get("p50").doubleOr(0),
            node.get("p75").doubleOr(0),
            node.get("p90").doubleOr(0),
            node.get("p99").doubleOr(0))
        : NONE;
  }
}
