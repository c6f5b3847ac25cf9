package dev.fairlead.identity;

import dev.fairlead.money.Interval;
import dev.fairlead.money.Money;
import dev.fairlead.store.Database;
import dev.fairlead.store.Migration;
import java.sql.Connection;
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
              )"""),
          new Migration(
              "identity-2-key-terms",
              """
              ALTER TABLE key ADD COLUMN updated_at TEXT;
              ALTER TABLE key ADD COLUMN creator TEXT;
              ALTER TABLE key ADD COLUMN account TEXT;
              ALTER TABLE key ADD COLUMN limit_nano BIGINT;
              ALTER TABLE key ADD COLUMN limit_reset TEXT;
              ALTER TABLE key ADD COLUMN own_credentials_count INTEGER NOT NULL DEFAULT 0;
              ALTER TABLE key ADD COLUMN models TEXT NOT NULL DEFAULT '';
              ALTER TABLE key ADD COLUMN providers TEXT NOT NULL DEFAULT '';
              ALTER TABLE key ADD COLUMN addresses TEXT NOT NULL DEFAULT ''"""));

  private final Database database;

  public KeyTable(Database database) {
    this.database = database;
  }

  List<Key> all() {
    return database.read(
        connection -> {
          try (PreparedStatement query =
                  connection.prepareStatement(
                      """
                      SELECT id, name, label, organization, workspace, management, disabled,
                        created_at, expires_at, updated_at, creator, account, limit_nano, limit_reset,
                        own_credentials_count, models, providers, addresses
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

  void insert(Key key) {
    database.write(connection -> insert(connection, key));
  }

  /** All of them where there is none yet; false where somebody else was first. */
  boolean insertFirst(List<Key> keys) {
    return database.write(
        connection -> {
          try (PreparedStatement query = connection.prepareStatement("SELECT 1 FROM key LIMIT 1");
              ResultSet row = query.executeQuery()) {
            if (row.next()) {
              return false;
            }
          }
          for (Key key : keys) {
            insert(connection, key);
          }
          return true;
        });
  }

  private static int insert(Connection connection, Key key) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
                  INSERT INTO key
                    (name, disabled, expires_at, updated_at, limit_nano, limit_reset,
                     own_credentials_count, models, providers, addresses, id, label,
                     organization, workspace, management, created_at, creator, account)
                  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""")) {
      int next = variable(insert, key);
      insert.setString(next++, key.id());
      insert.setString(next++, key.label());
      insert.setString(next++, key.organization());
      insert.setString(next++, key.workspace());
      insert.setInt(next++, key.management() ? 1 : 0);
      insert.setString(next++, key.createdAt().toString());
      insert.setString(next++, key.creator().orElse(null));
      insert.setString(next, key.account());
      return insert.executeUpdate();
    }
  }

  void update(Key key) {
    database.write(
        connection -> {
          try (PreparedStatement update =
              connection.prepareStatement(
                  """
                  UPDATE key
                  SET name = ?, disabled = ?, expires_at = ?, updated_at = ?, limit_nano = ?,
                    limit_reset = ?, own_credentials_count = ?, models = ?, providers = ?,
                    addresses = ?
                  WHERE id = ?""")) {
            update.setString(variable(update, key), key.id());
            return update.executeUpdate();
          }
        });
  }

  void delete(String id) {
    database.write(
        connection -> {
          try (PreparedStatement delete =
              connection.prepareStatement("DELETE FROM key WHERE id = ?")) {
            delete.setString(1, id);
            return delete.executeUpdate();
          }
        });
  }

  /** Sets what can change; returns the number of the parameter after it. */
  private static int variable(PreparedStatement statement, Key key) throws SQLException {
    KeyTerms terms = key.terms();
    int next = 1;
    statement.setString(next++, key.name());
    statement.setInt(next++, terms.disabled() ? 1 : 0);
    statement.setString(next++, terms.expiresAt().map(Instant::toString).orElse(null));
    statement.setString(next++, key.updatedAt().map(Instant::toString).orElse(null));
    Optional<Allowance> allowance = terms.allowance();
    if (allowance.isPresent()) {
      statement.setLong(next++, allowance.get().limit().nanoUsd());
      statement.setString(next++, allowance.get().reset().name());
    } else {
      statement.setNull(next++, java.sql.Types.BIGINT);
      statement.setString(next++, null);
    }
    statement.setInt(next++, terms.ownCredentialsCount() ? 1 : 0);
    statement.setString(next++, String.join("\n", terms.models()));
    statement.setString(next++, String.join("\n", terms.providers()));
    statement.setString(
        next++, String.join("\n", terms.addresses().stream().map(AddressRange::text).toList()));
    return next;
  }

  private static Key key(ResultSet row) throws SQLException {
    String id = row.getString("id");
    return new Key(
        id,
        row.getString("name"),
        row.getString("label"),
        new Tenant(row.getString("organization"), row.getString("workspace")),
        row.getInt("management") != 0,
        false,
        Instant.parse(row.getString("created_at")),
        Optional.ofNullable(row.getString("updated_at")).map(Instant::parse),
        Optional.ofNullable(row.getString("creator")),
        Optional.ofNullable(row.getString("account")).orElse(id),
        terms(row));
  }

  private static KeyTerms terms(ResultSet row) throws SQLException {
    Optional<Interval> reset =
        Optional.ofNullable(row.getString("limit_reset")).map(Interval::valueOf);
    Money limit = new Money(row.getLong("limit_nano"));
    return new KeyTerms(
        row.getInt("disabled") != 0,
        Optional.ofNullable(row.getString("expires_at")).map(Instant::parse),
        reset.map(interval -> new Allowance(limit, interval)),
        row.getInt("own_credentials_count") != 0,
        lines(row.getString("models")),
        lines(row.getString("providers")),
        lines(row.getString("addresses")).stream().map(AddressRange::new).toList());
  }

  private static List<String> lines(String text) {
    return text.lines().toList();
  }
}
