package dev.fairlead.route;

import java.util.List;

/** How endpoints are ordered that nothing else tells apart. */
sealed interface Strategy permits Balance, ByPrice, ByThroughput, ByLatency, Exacto, InOrder {
  /** Its name in records. */
  String word();

  /** Gives grades to the places of a whole pool; places of one grade form a group. */
  default void grade(List<Place> pool) {}

  /**
   * Orders a group, in place, and says why.
   *
   * @param draw a number in [0, 1), the only chance there is
   * @param leading whether the first place of the plan is in this group
   */
  void arrange(List<Place> group, double draw, boolean leading);
}
