package dev.fairlead.route;

import java.util.List;

/**
 * OpenRouter's default: the first is drawn with weight 1/price², the others follow by price. Where
 * something costs nothing, weights would be infinite: then the free ones share the first place
 * equally.
 */
record Balance() implements Strategy {
  @Override
  public String word() {
    return "balance";
  }

  @Override
  public void arrange(List<Place> group, double draw, boolean leading) {
    group.sort(Place.BY_PRICE);
    group.forEach(place -> place.reason = Reason.FALLBACK);
    if (!leading) {
      return;
    }
    boolean free = group.getFirst().candidate.quote().blend() == 0;
    double cheapest = group.getFirst().candidate.quote().blend();
    double sum = 0;
    for (Place place : group) {
      double ratio = cheapest / place.candidate.quote().blend();
      place.share = free ? (place.candidate.quote().blend() == 0 ? 1 : 0) : ratio * ratio;
      sum += place.share;
    }
    double left = draw * sum;
    Place drawn = group.getFirst();
    for (Place place : group) {
      if (place.share > 0) {
        drawn = place;
        left -= place.share;
        if (left < 0) {
          break;
        }
      }
    }
    for (Place place : group) {
      place.share /= sum;
    }
    drawn.reason = Reason.DRAWN;
    group.remove(drawn);
    group.addFirst(drawn);
  }
}
