package dev.fairlead.route;

import java.util.Comparator;
import java.util.List;

/** The fastest first, by the median of five minutes; whom nobody has measured comes last. */
record ByThroughput() implements Strategy {
  static final Comparator<Place> ORDER =
      Comparator.<Place>comparingDouble(place -> -place.candidate.signals().throughput().p50())
          .thenComparing(Place.BY_PRICE);

  @Override
  public String word() {
    return "throughput";
  }

  @Override
  public void arrange(List<Place> group, double draw, boolean leading) {
    group.sort(ORDER);
    group.forEach(place -> place.reason = Reason.THROUGHPUT);
  }
}
