package dev.fairlead.limit;

/**
 * What a call asks for.
 *
 * @param most what is reserved for it
 * @param free whoever may answer it, it costs nothing
 */
public record Demand(Consumption most, boolean free) {}
