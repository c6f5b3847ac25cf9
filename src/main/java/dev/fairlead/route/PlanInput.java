package dev.fairlead.route;

import dev.fairlead.catalog.Catalog;
import java.time.Instant;
import java.util.Optional;

/**
 * All that a plan is made from.
 *
 * @param seed of every draw of this plan
 * @param policyVersion of what made the constraints; stands in the record
 */
public record PlanInput(
    Catalog catalog,
    RoutingWish wish,
    RequestNeeds needs,
    Constraints constraints,
    Signals signals,
    Seats seats,
    Optional<Sticky> sticky,
    Instant now,
    long seed,
    String policyVersion) {}
