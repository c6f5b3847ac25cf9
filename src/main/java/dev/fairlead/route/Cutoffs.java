package dev.fairlead.route;

import dev.fairlead.wire.JsonNode;
import dev.fairlead.wire.JsonWriter;
import java.util.OptionalDouble;

/** Bounds that a caller would like percentiles to keep; all that are given must hold. */
public record Cutoffs(
    OptionalDouble p50, OptionalDouble p75, OptionalDouble p90, OptionalDouble p99) {

  public static final Cutoffs NONE =
      new Cutoffs(
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty());

  static Cutoffs ofMedian(double p50) {
    return new Cutoffs(
        OptionalDouble.of(p50),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty());
  }

  public boolean isNone() {
    return p50.isEmpty() && p75.isEmpty() && p90.isEmpty() && p99.isEmpty();
  }

  /**
   * True when no measured percentile breaks its bound. An endpoint that nobody has measured keeps
   * every bound: it gets its chance, and is measured by it.
   *
   * @param scale what one unit of the bound is in units of the measurement (1000 for seconds
   *     against milliseconds)
   */
  boolean keptAsMost(Percentiles measured, double scale) {
    return measured.isNone()
        || (measured.p50() <= p50.orElse(Double.MAX_VALUE) * scale
            && measured.p75() <= p75.orElse(Double.MAX_VALUE) * scale
            && measured.p90() <= p90.orElse(Double.MAX_VALUE) * scale
            && measured.p99() <= p99.orElse(Double.MAX_VALUE) * scale);
  }

  /** As {@link #keptAsMost}, for measurements of which more is better. */
  boolean keptAsLeast(Percentiles measured) {
    return measured.isNone()
        || (measured.p50() >= p50.orElse(0)
            && measured.p75() >= p75.orElse(0)
            && measured.p90() >= p90.orElse(0)
            && measured.p99() >= p99.orElse(0));
  }

  void write(JsonWriter out) {
    out.beginObject();
    p50.ifPresent(v -> out.field("p50", v));
    p75.ifPresent(v -> out.field("p75", v));
    p90.ifPresent(v -> out.field("p90", v));
    p99.ifPresent(v -> out.field("p99", v));
    out.endObject();
  }

  static OptionalDouble bound(JsonNode node) {
    return node.isNumber() ? OptionalDouble.of(node.doubleOr(0)) : OptionalDouble.empty();
  }
}
