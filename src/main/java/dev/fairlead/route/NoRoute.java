package dev.fairlead.route;

import dev.fairlead.canon.Fault;

/**
 * Nobody may or can be asked.
 *
 * @param fault for the caller
 * @param availability what stands beside it at {@code error.availability}
 */
public record NoRoute(Fault fault, Availability availability, PlanRecord record)
    implements Planned {}
