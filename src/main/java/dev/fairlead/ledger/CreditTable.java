package dev.fairlead.ledger;

import dev.fairlead.money.Money;
import dev.fairlead.store.Database;
import dev.fairlead.store.Migration;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Credits and the orders for them. An entry names both of its accounts, so that it is balanced by
 * itself: what the organization gets, the operator owes. Blocking.
 */
final class CreditTable {
  static final List<Migration> MIGRATIONS =
      List.of(
          new Migration(
              "credit-1",
              """
              CREATE TABLE credit (
                reference TEXT PRIMARY KEY,
                at TEXT NOT NULL,
                kind TEXT NOT NULL,
                from_account TEXT NOT NULL,
                to_account TEXT NOT NULL,
                nano BIGINT NOT NULL,
                note TEXT NOT NULL
              );
              CREATE TABLE credit_order (
                id TEXT PRIMARY KEY,
                at TEXT NOT NULL,
                nano BIGINT NOT NULL CHECK (nano > 0),
                currency TEXT NOT NULL,
                method TEXT NOT NULL
              )"""),
          new Migration(
              "credit-2-organization",
              """
              ALTER TABLE credit_order ADD COLUMN organization TEXT NOT NULL DEFAULT 'default';
              CREATE INDEX credit_by_account ON credit (to_account)"""));

  private static final String CUSTOMER = "customer:";

  private static final String COLUMNS = "reference, at, kind, nano, note, to_account";

  private final Database database;

  CreditTable(Database database) {
    this.database = database;
  }

  /** What each organization has, of which there is any entry. */
  Map<String, Long> totals() {
    return database.read(
        connection -> {
          try (Statement query = connection.createStatement();
              ResultSet rows =
                  query.executeQuery(
                      "SELECT to_account, sum(nano) FROM credit GROUP BY to_account")) {
            Map<String, Long> totals = new HashMap<>();
            while (rows.next()) {
              totals.put(rows.getString(1).substring(CUSTOMER.length()), rows.getLong(2));
            }
            return totals;
          }
        });
  }

  Optional<Credits.Entry> find(String reference) {
    return database.read(
        connection -> {
          try (PreparedStatement query =
              connection.prepareStatement(
                  "SELECT " + COLUMNS + " FROM credit WHERE reference = ?")) {
            query.setString(1, reference);
            try (ResultSet row = query.executeQuery()) {
              return row.next() ? Optional.of(entry(row)) : Optional.empty();
            }
          }
        });
  }

  /** Those of an organization, the newest first. */
  List<Credits.Entry> entries(String organization, int offset, int limit) {
    return database.read(
        connection -> {
          try (PreparedStatement query =
              connection.prepareStatement(
                  "SELECT "
                      + COLUMNS
                      + """
                       FROM credit WHERE to_account = ?
                      ORDER BY at DESC, reference LIMIT ? OFFSET ?""")) {
            query.setString(1, CUSTOMER + organization);
            query.setInt(2, limit);
            query.setInt(3, offset);
            try (ResultSet rows = query.executeQuery()) {
              List<Credits.Entry> entries = new ArrayList<>();
              while (rows.next()) {
                entries.add(entry(rows));
              }
              return entries;
            }
          }
        });
  }

  private static Credits.Entry entry(ResultSet row) throws SQLException {
    return new Credits.Entry(
        row.getString(6).substring(CUSTOMER.length()),
        row.getString(1),
        Instant.parse(row.getString(2)),
        Credits.Kind.valueOf(row.getString(3)),
        new Money(row.getLong(4)),
        row.getString(5));
  }

  void insert(Credits.Entry entry) {
    database.write(
        connection -> {
          try (PreparedStatement insert =
              connection.prepareStatement(
                  """
                  INSERT INTO credit (reference, at, kind, from_account, to_account, nano, note)
                  VALUES (?, ?, ?, ?, ?, ?, ?)""")) {
            insert.setString(1, entry.reference());
            insert.setString(2, entry.at().toString());
            insert.setString(3, entry.kind().name());
            insert.setString(4, "operator:" + entry.kind().word());
            insert.setString(5, CUSTOMER + entry.organization());
            insert.setLong(6, entry.amount().nanoUsd());
            insert.setString(7, entry.note());
            return insert.executeUpdate();
          }
        });
  }

  void insert(Credits.Order order) {
    database.write(
        connection -> {
          try (PreparedStatement insert =
              connection.prepareStatement(
                  """
                  INSERT INTO credit_order (id, at, nano, currency, method, organization)
                  VALUES (?, ?, ?, ?, ?, ?)""")) {
            insert.setString(1, order.id());
            insert.setString(2, order.at().toString());
            insert.setLong(3, order.amount().nanoUsd());
            insert.setString(4, order.currency());
            insert.setString(5, order.method());
            insert.setString(6, order.organization());
            return insert.executeUpdate();
          }
        });
  }

  Optional<Credits.Order> order(String id) {
    return database.read(
        connection -> {
          try (PreparedStatement query =
              connection.prepareStatement(
                  """
                  SELECT id, at, nano, currency, method, organization
                  FROM credit_order WHERE id = ?""")) {
            query.setString(1, id);
            try (ResultSet row = query.executeQuery()) {
              return row.next()
                  ? Optional.of(
                      new Credits.Order(
                          row.getString(6),
                          row.getString(1),
                          Instant.parse(row.getString(2)),
                          new Money(row.getLong(3)),
                          row.getString(4),
                          row.getString(5)))
                  : Optional.empty();
            }
          }
        });
  }
}
