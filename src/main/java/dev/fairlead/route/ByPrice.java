package dev.fairlead.route;

import java.util.List;

/** The cheapest first. */
record ByPrice() implements Strategy {
  @Override
  public String word() {
    return "price";
  }

  @Override
  public void arrange(List<Place> group, double draw, boolean leading) {
    group.sort(Place.BY_PRICE);
    group.forEach(place -> place.reason = Reason.PRICE);
  }
}
