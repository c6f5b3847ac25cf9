package dev.fairlead.route;

import java.util.List;

/**
 * Whom to ask, in order. Never empty.
 *
 * @param record what was read and decided
 */
public record RoutePlan(List<Leg> legs, PlanRecord record) implements Planned {
  public RoutePlan {
    legs = List.copyOf(legs);
  }

  public Leg first() {
    return legs.getFirst();
  }

  public List<Excluded> excluded() {
    return decision().excluded();
  }

  public String strategy() {
    return decision().strategy();
  }
}
