package dev.fairlead.provider;

import dev.fairlead.http.Origin;
import dev.fairlead.store.Database;
import dev.fairlead.store.Migration;
import java.net.URI;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The rows of providers' credentials; secrets are sealed. Blocking. */
final class CredentialTable {
  static final List<Migration> MIGRATIONS =
      List.of(
          new Migration(
              "provider-1-credential",
              """
              CREATE TABLE credential (
                id TEXT PRIMARY KEY,
                provider TEXT NOT NULL,
                origin TEXT NOT NULL,
                sealed TEXT NOT NULL,
                label TEXT NOT NULL,
                name TEXT,
                own INTEGER NOT NULL,
                fallback INTEGER NOT NULL,
                disabled INTEGER NOT NULL,
                sort_order INTEGER NOT NULL,
                weight INTEGER NOT NULL,
                models TEXT NOT NULL,
                keys TEXT NOT NULL,
                users TEXT NOT NULL,
                created_at TEXT NOT NULL,
                updated_at TEXT
              )"""),
          new Migration(
              "provider-2-organization",
              "ALTER TABLE credential ADD COLUMN organization TEXT NOT NULL DEFAULT 'default'"));

  /** A credential with its sealed secret. */
  record Row(Credential credential, String sealed) {}

  private final Database database;

  CredentialTable(Database database) {
    this.database = database;
  }

  List<Row> all() {
    return database.read(
        connection -> {
          try (PreparedStatement query =
                  connection.prepareStatement(
                      """
                      SELECT id, organization, provider, origin, sealed, label, name, own, fallback,
                        disabled, sort_order, weight, models, keys, users, created_at, updated_at
                      FROM credential ORDER BY provider, sort_order, created_at, id""");
              ResultSet rows = query.executeQuery()) {
            List<Row> all = new ArrayList<>();
            while (rows.next()) {
              all.add(new Row(credential(rows), rows.getString("sealed")));
            }
            return all;
          }
        });
  }

  private static Credential credential(ResultSet row) throws SQLException {
    return new Credential(
        row.getString("id"),
        row.getString("organization"),
        row.getString("provider"),
        Optional.ofNullable(row.getString("name")),
        row.getString("label"),
        Origin.of(URI.create(row.getString("origin"))),
        row.getInt("own") != 0,
        row.getInt("fallback") != 0,
        row.getInt("disabled") != 0,
        row.getInt("sort_order"),
        row.getInt("weight"),
        row.getString("models").lines().toList(),
        row.getString("keys").lines().toList(),
        row.getString("users").lines().toList(),
        Instant.parse(row.getString("created_at")),
        Optional.ofNullable(row.getString("updated_at")).map(Instant::parse));
  }

  /** Writes it, whether it is there already or not. */
  void put(Row row) {
    Credential credential = row.credential();
    database.write(
        connection -> {
          try (PreparedStatement put =
              connection.prepareStatement(
                  """
                  INSERT INTO credential
                    (id, provider, origin, sealed, label, name, own, fallback, disabled,
                     sort_order, weight, models, keys, users, created_at, updated_at,
                     organization)
                  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                  ON CONFLICT (id) DO UPDATE SET
                    sealed = excluded.sealed, label = excluded.label, name = excluded.name,
                    fallback = excluded.fallback, disabled = excluded.disabled,
                    sort_order = excluded.sort_order, weight = excluded.weight,
                    models = excluded.models, keys = excluded.keys, users = excluded.users,
                    updated_at = excluded.updated_at""")) {
            put.setString(1, credential.id());
            put.setString(2, credential.provider());
            put.setString(3, credential.origin().toString());
            put.setString(4, row.sealed());
            put.setString(5, credential.label());
            put.setString(6, credential.name().orElse(null));
            put.setInt(7, credential.own() ? 1 : 0);
            put.setInt(8, credential.fallback() ? 1 : 0);
            put.setInt(9, credential.disabled() ? 1 : 0);
            put.setInt(10, credential.order());
            put.setInt(11, credential.weight());
            put.setString(12, String.join("\n", credential.models()));
            put.setString(13, String.join("\n", credential.keys()));
            put.setString(14, String.join("\n", credential.users()));
            put.setString(15, credential.createdAt().toString());
            put.setString(16, credential.updatedAt().map(Instant::toString).orElse(null));
            put.setString(17, credential.organization());
            return put.executeUpdate();
          }
        });
  }

  void delete(String id) {
    database.write(
        connection -> {
          try (PreparedStatement delete =
              connection.prepareStatement("DELETE FROM credential WHERE id = ?")) {
            delete.setString(1, id);
            return delete.executeUpdate();
          }
        });
  }
}
