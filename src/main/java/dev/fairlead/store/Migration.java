package dev.fairlead.store;

/**
 * A step of a schema, made once and never undone.
 *
 * @param id unique for ever: {@code room-number-what}
 * @param sql for SQLite: one statement or several, separated by semicolons at line ends
 * @param postgres the same for PostgreSQL; a semicolon within a body in dollar quotes separates
 *     nothing
 */
public record Migration(String id, String sql, String postgres) {
  /** One text that both understand. */
  public Migration(String id, String sql) {
    this(id, sql, sql);
  }
}
