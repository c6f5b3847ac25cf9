package dev.fairlead.identity;

import dev.fairlead.money.Markup;
import dev.fairlead.money.Money;
import dev.fairlead.store.Database;
import dev.fairlead.store.Migration;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The rows of organizations and their workspaces. Blocking. */
final class TenantTable {
  static final List<Migration> MIGRATIONS =
      List.of(
          new Migration(
              "identity-3-tenant",
              """
              CREATE TABLE organization (
                id TEXT PRIMARY KEY,
                name TEXT NOT NULL,
                markup_percent TEXT,
                prepaid INTEGER,
                low_nano BIGINT,
                created_at TEXT NOT NULL,
                updated_at TEXT
              );
              CREATE TABLE workspace (
                id TEXT PRIMARY KEY,
                organization TEXT NOT NULL REFERENCES organization (id),
                slug TEXT NOT NULL,
                name TEXT NOT NULL,
                description TEXT,
                creator TEXT,
                created_at TEXT NOT NULL,
                updated_at TEXT,
                UNIQUE (organization, slug)
              )"""),
          new Migration(
              "identity-4-key-organization",
              "ALTER TABLE key ADD COLUMN organization TEXT NOT NULL DEFAULT 'default'"));

  private final Database database;

  TenantTable(Database database) {
    this.database = database;
  }

  List<Organization> organizations() {
    return database.read(
        connection -> {
          try (PreparedStatement query =
                  connection.prepareStatement(
                      """
                      SELECT id, name, markup_percent, prepaid, low_nano, created_at, updated_at
                      FROM organization ORDER BY created_at, id""");
              ResultSet rows = query.executeQuery()) {
            List<Organization> all = new ArrayList<>();
            while (rows.next()) {
              all.add(organization(rows));
            }
            return all;
          }
        });
  }

  private static Organization organization(ResultSet row) throws SQLException {
    Optional<String> markup = Optional.ofNullable(row.getString("markup_percent"));
    int prepaid = row.getInt("prepaid");
    Optional<Boolean> says = row.wasNull() ? Optional.empty() : Optional.of(prepaid != 0);
    long low = row.getLong("low_nano");
    Optional<Money> least = row.wasNull() ? Optional.empty() : Optional.of(new Money(low));
    return new Organization(
        row.getString("id"),
        row.getString("name"),
        markup.map(percent -> new Markup(new BigDecimal(percent))),
        says,
        least,
        Instant.parse(row.getString("created_at")),
        Optional.ofNullable(row.getString("updated_at")).map(Instant::parse));
  }

  List<Workspace> workspaces() {
    return database.read(
        connection -> {
          try (PreparedStatement query =
                  connection.prepareStatement(
                      """
                      SELECT id, organization, slug, name, description, creator, created_at,
                        updated_at
                      FROM workspace ORDER BY created_at, id""");
              ResultSet rows = query.executeQuery()) {
            List<Workspace> all = new ArrayList<>();
            while (rows.next()) {
              all.add(workspace(rows));
            }
            return all;
          }
        });
  }

  private static Workspace workspace(ResultSet row) throws SQLException {
    return new Workspace(
        row.getString("id"),
        row.getString("organization"),
        row.getString("slug"),
        row.getString("name"),
        Optional.ofNullable(row.getString("description")),
        Optional.ofNullable(row.getString("creator")),
        Instant.parse(row.getString("created_at")),
        Optional.ofNullable(row.getString("updated_at")).map(Instant::parse));
  }

  /** Both or none; what is there already is left as it is. */
  void insert(Organization organization, Workspace first) {
    database.write(
        connection -> {
          try (PreparedStatement insert =
              connection.prepareStatement(
                  """
                  INSERT INTO organization
                    (name, markup_percent, prepaid, low_nano, updated_at, id, created_at)
                  VALUES (?, ?, ?, ?, ?, ?, ?)
                  ON CONFLICT (id) DO NOTHING""")) {
            int next = variable(insert, organization);
            insert.setString(next++, organization.id());
            insert.setString(next, organization.createdAt().toString());
            insert.executeUpdate();
          }
          return insert(connection, first);
        });
  }

  /** Sets what can change; returns the number of the parameter after it. */
  private static int variable(PreparedStatement statement, Organization organization)
      throws SQLException {
    int next = 1;
    statement.setString(next++, organization.name());
    statement.setString(
        next++, organization.markup().map(it -> it.percent().toPlainString()).orElse(null));
    if (organization.prepaid().isPresent()) {
      statement.setInt(next++, organization.prepaid().get() ? 1 : 0);
    } else {
      statement.setNull(next++, Types.INTEGER);
    }
    if (organization.lowBalance().isPresent()) {
      statement.setLong(next++, organization.lowBalance().get().nanoUsd());
    } else {
      statement.setNull(next++, Types.BIGINT);
    }
    statement.setString(next++, organization.updatedAt().map(Instant::toString).orElse(null));
    return next;
  }

  void update(Organization organization) {
    database.write(
        connection -> {
          try (PreparedStatement update =
              connection.prepareStatement(
                  """
                  UPDATE organization
                  SET name = ?, markup_percent = ?, prepaid = ?, low_nano = ?, updated_at = ?
                  WHERE id = ?""")) {
            update.setString(variable(update, organization), organization.id());
            return update.executeUpdate();
          }
        });
  }

  /** With its workspaces; false, and nothing is done, while it has keys. */
  boolean deleteOrganization(String id) {
    return database.write(
        connection -> {
          if (has(connection, "SELECT 1 FROM key WHERE organization = ? LIMIT 1", id)) {
            return false;
          }
          delete(connection, "DELETE FROM workspace WHERE organization = ?", id);
          delete(connection, "DELETE FROM organization WHERE id = ?", id);
          return true;
        });
  }

  /** False when the organization has one of that slug. */
  boolean insert(Workspace workspace) {
    return database.write(connection -> insert(connection, workspace) > 0);
  }

  private static int insert(Connection connection, Workspace workspace) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            INSERT INTO workspace
              (slug, name, description, updated_at, id, organization, creator, created_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT DO NOTHING""")) {
      int next = variable(insert, workspace);
      insert.setString(next++, workspace.id());
      insert.setString(next++, workspace.organization());
      insert.setString(next++, workspace.creator().orElse(null));
      insert.setString(next, workspace.createdAt().toString());
      return insert.executeUpdate();
    }
  }

  private static int variable(PreparedStatement statement, Workspace workspace)
      throws SQLException {
    int next = 1;
    statement.setString(next++, workspace.slug());
    statement.setString(next++, workspace.name());
    statement.setString(next++, workspace.description().orElse(null));
    statement.setString(next++, workspace.updatedAt().map(Instant::toString).orElse(null));
    return next;
  }

  /** False when the organization has another one of that slug. */
  boolean update(Workspace workspace) {
    return database.write(
        connection -> {
          try (PreparedStatement update =
              connection.prepareStatement(
                  """
                  UPDATE workspace SET slug = ?, name = ?, description = ?, updated_at = ?
                  WHERE id = ? AND NOT EXISTS (
                    SELECT 1 FROM workspace
                    WHERE organization = ? AND slug = ? AND id <> ?)""")) {
            int next = variable(update, workspace);
            update.setString(next++, workspace.id());
            update.setString(next++, workspace.organization());
            update.setString(next++, workspace.slug());
            update.setString(next, workspace.id());
            return update.executeUpdate() > 0;
          }
        });
  }

  /** False, and nothing is done, while it has keys. */
  boolean deleteWorkspace(String id) {
    return database.write(
        connection -> {
          if (has(connection, "SELECT 1 FROM key WHERE workspace = ? LIMIT 1", id)) {
            return false;
          }
          delete(connection, "DELETE FROM workspace WHERE id = ?", id);
          return true;
        });
  }

  private static boolean has(Connection connection, String sql, String id) throws SQLException {
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      query.setString(1, id);
      try (ResultSet row = query.executeQuery()) {
        return row.next();
      }
    }
  }

  private static void delete(Connection connection, String sql, String id) throws SQLException {
    try (PreparedStatement delete = connection.prepareStatement(sql)) {
      delete.setString(1, id);
      delete.executeUpdate();
    }
  }
}
