package dev.fairlead.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Brings a schema up to date. The caller is alone at it, in a transaction. */
final class Schema {
  /** Not within dollar quotes: what follows has an even number of them. */
  private static final Pattern BETWEEN =
      Pattern.compile(";\\s*(?:\\R|$)(?=(?:[^$]*\\$\\$[^$]*\\$\\$)*[^$]*$)");

  private Schema() {}

  static boolean bring(
      Connection connection,
      List<Migration> migrations,
      Function<Migration, String> text,
      InstantSource clock)
      throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          """
          CREATE TABLE IF NOT EXISTS schema_migration (
            id TEXT PRIMARY KEY,
            applied_at TEXT NOT NULL
          )""");
      for (Migration migration : migrations) {
        if (!applied(connection, migration.id())) {
          for (String sql : BETWEEN.split(text.apply(migration))) {
            if (!sql.isBlank()) {
              statement.execute(sql);
            }
          }
          remember(connection, migration.id(), clock);
        }
      }
    }
    return true;
  }

  private static boolean applied(Connection connection, String id) throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement("SELECT 1 FROM schema_migration WHERE id = ?")) {
      query.setString(1, id);
      try (ResultSet rows = query.executeQuery()) {
        return rows.next();
      }
    }
  }

  private static void remember(Connection connection, String id, InstantSource clock)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO schema_migration VALUES (?, ?)")) {
      insert.setString(1, id);
      insert.setString(2, clock.instant().toString());
      insert.executeUpdate();
    }
  }
}
