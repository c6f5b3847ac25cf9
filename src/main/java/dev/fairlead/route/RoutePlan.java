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

  /** Whether this is a credential of the caller's organization, which pays the provider itself. */
  public boolean own(String credential) {
    return legs.stream()
        .map(Leg::rank)
        .anyMatch(rank -> rank.own() && rank.credential().equals(credential));
  }

  public List<Excluded> excluded() {
    return decision().excluded();
  }

  public String strategy() {
    return decision().strategy();
  }
}
