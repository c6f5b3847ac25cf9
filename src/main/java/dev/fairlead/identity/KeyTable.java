package dev.fairlead.identity;

import dev.fairlead.store.Database;
import dev.fairlead.store.Migration;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The rows of keys. Blocking. */
public final class KeyTable {
  public static final List<Migration> MIGRATIONS =
      List.of(
          new Migration(
              "identity-1-key",
              """
              CREATE TABLE key (
                id TEXT PRIMARY KEY,
                name TEXT NOT NULL,
                label TEXT NOT NULL,
                workspace TEXT NOT NULL,
                management INTEGER NOT NULL,
                disabled INTEGER NOT NULL,
                created_at TEXT NOT NULL,
                expires_at TEXT
              )"""));

  private final Database database;

  public KeyTable(Database database) {
    this.database = database;
  }

  public List<Key> all() {
    return database.read(
        connection -> {
          try (PreparedStatement query =
                  connection.prepareStatement(
                      """
                      SELECT id, name, label, workspace, management, disabled, created_at, expires_at
                      FROM key ORDER BY created_at, id""");
              ResultSet rows = query.executeQuery()) {
            List<Key> keys = new ArrayList<>();
            while (rows.next()) {
              keys.add(key(rows));
            }
            return keys;
          }
        });
  }

  public void insert(Key key) {
    database.write(
        connection -> {
          try (PreparedStatement insert =
              connection.prepareStatement(
                  """
                  INSERT INTO key
                    (id, name, label, workspace, management, disabled, created_at, expires_at)
                  VALUES (?, ?, ?, ?, ?, ?, ?, ?)""")) {
            insert.setString(1, key.id());
            insert.setString(2, key.name());
            insert.setString(3, key.label());
            insert.setString(4, key.workspace());
            insert.setBoolean(5, key.management());
            insert.setBoolean(6, key.disabled());
            insert.setString(7, key.createdAt().toString());
            insert.setString(8, key.expiresAt().map(Instant::toString).orElse(null));
            return insert.executeUpdate();
          }
        });
  }

  private static Key key(ResultSet row) throws SQLException {
    return new Key(
        row.getString("id"),
        row.getString("name"),
        row.getString("label"),
        row.getString("workspace"),
        row.getBoolean("management"),
        false,
        row.getBoolean("disabled"),
        Instant.parse(row.getString("created_at")),
        Optional.ofNullable(row.getString("expires_at")).map(Instant::parse),
        List.of(),
        Optional.empty());
  }
}
