package dev.fairlead.route;

import java.util.Comparator;
import java.util.List;

/** The soonest first token first, by the median of five minutes; the unmeasured come last. */
record ByLatency() implements Strategy {
  private static final Comparator<Place> ORDER =
      Comparator.<Place>comparingDouble(
              place -> {
                Percentiles latency = place.candidate.signals().latency();
                return latency.isNone() ? Double.MAX_VALUE : latency.p50();
              })
          .thenComparing(Place.BY_PRICE);

  @Override
  public String word() {
    return "latency";
  }

  @Override
  public void arrange(List<Place> group, double draw, boolean leading) {
    group.sort(ORDER);
    group.forEach(place -> place.reason = Reason.LATENCY);
  }
}
