package dev.fairlead.route;

import java.util.List;

/**
 * The caller's order; where it says nothing, another strategy.
 *
 * @param slugs in lower case
 */
record InOrder(List<String> slugs, Strategy rest) implements Strategy {
  @Override
  public String word() {
    return "order";
  }

  @Override
  public void grade(List<Place> pool) {
    boolean tierToo = !Facts.nameTier(slugs);
    for (Place place : pool) {
      for (int i = 0; i < slugs.size() && place.listed == Place.UNLISTED; i++) {
        if (place.candidate.facts().isMeantBy(slugs.get(i), tierToo)) {
          place.listed = i;
        }
      }
    }
    rest.grade(pool);
  }

  @Override
  public void arrange(List<Place> group, double draw, boolean leading) {
    rest.arrange(group, draw, leading);
  }
}
