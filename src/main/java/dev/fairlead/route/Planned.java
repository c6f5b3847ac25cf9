package dev.fairlead.route;

/** What came of planning. */
public sealed interface Planned permits RoutePlan, NoRoute {
  /** What was read and decided, for the journal, for explanations and to decide it again. */
  PlanRecord record();

  default Decision decision() {
    return record().decision();
  }
}
