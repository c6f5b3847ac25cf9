package dev.fairlead.route;

import dev.fairlead.catalog.Endpoint;
import dev.fairlead.catalog.Model;

/**
 * One attempt of a plan.
 *
 * @param rank its place and why it has it: the credential to use, whether the breaker must be asked
 *     for a probe, until when to wait
 */
public record Leg(Endpoint endpoint, Model model, Decision.Ranked rank) {}
