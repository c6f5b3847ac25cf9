package dev.fairlead.canon;

/**
 * Something that could not be carried into another dialect. Nothing is dropped without one.
 *
 * @param node where it stood, as a path ({@code turns[2].parts[0]})
 * @param field what it was
 * @param reason why it could not be carried, and what was done instead
 */
public record Loss(String node, String field, String reason) {}
