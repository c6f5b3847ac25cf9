package dev.fairlead.store;

/**
 * A step of a schema, made once and never undone.
 *
 * @param id unique for ever: {@code room-number-what}
 * @param sql one statement or several, separated by semicolons at line ends
 */
public record Migration(String id, String sql) {}
