package dev.fairlead.ledger;

import dev.fairlead.identity.Scope;
import dev.fairlead.money.Interval;
import dev.fairlead.money.Money;
import dev.fairlead.store.Database;
import dev.fairlead.store.Migration;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The budgets that were set through the management API. Blocking. */
final class BudgetTable {
  static final List<Migration> MIGRATIONS =
      List.of(
          new Migration(
              "budget-1",
              """
              CREATE TABLE budget (
                kind TEXT NOT NULL,
                scope TEXT NOT NULL,
                period TEXT NOT NULL,
                hard INTEGER NOT NULL,
                nano BIGINT NOT NULL CHECK (nano >= 0),
                created_at TEXT NOT NULL,
                updated_at TEXT,
                PRIMARY KEY (kind, scope, period, hard)
              )"""),
          new Migration(
              "budget-2-own", "ALTER TABLE budget ADD COLUMN own INTEGER NOT NULL DEFAULT 0"));

  private final Database database;

  BudgetTable(Database database) {
    this.database = database;
  }

  List<Budgets.Kept> all() {
    return database.read(
        connection -> {
          try (PreparedStatement query =
                  connection.prepareStatement(
                      """
                      SELECT kind, scope, period, hard, nano, created_at, updated_at, own
                      FROM budget ORDER BY kind, scope, period, hard""");
              ResultSet rows = query.executeQuery()) {
            List<Budgets.Kept> all = new ArrayList<>();
            while (rows.next()) {
              all.add(kept(rows));
            }
            return all;
          }
        });
  }

  private static Budgets.Kept kept(ResultSet row) throws SQLException {
    return new Budgets.Kept(
        new Budget(
            new Scope(Scope.Kind.valueOf(row.getString(1)), row.getString(2)),
            Interval.valueOf(row.getString(3)),
            new Money(row.getLong(5)),
            row.getInt(4) != 0,
            row.getInt(8) != 0),
        Instant.parse(row.getString(6)),
        Optional.ofNullable(row.getString(7)).map(Instant::parse));
  }

  void put(Budget budget, Instant now) {
    database.write(
        connection -> {
          try (PreparedStatement put =
              connection.prepareStatement(
                  """
                  INSERT INTO budget (kind, scope, period, hard, nano, created_at, own)
                  VALUES (?, ?, ?, ?, ?, ?, ?)
                  ON CONFLICT (kind, scope, period, hard)
                  DO UPDATE SET nano = excluded.nano, own = excluded.own,
                    updated_at = excluded.created_at""")) {
            name(put, budget);
            put.setLong(5, budget.limit().nanoUsd());
            put.setString(6, now.toString());
            put.setInt(7, budget.ownCounts() ? 1 : 0);
            return put.executeUpdate();
          }
        });
  }

  void remove(Budget budget) {
    database.write(
        connection -> {
          try (PreparedStatement delete =
              connection.prepareStatement(
                  "DELETE FROM budget WHERE kind = ? AND scope = ? AND period = ? AND hard = ?")) {
            name(delete, budget);
            return delete.executeUpdate();
          }
        });
  }

  private static void name(PreparedStatement statement, Budget budget) throws SQLException {
    statement.setString(1, budget.scope().kind().name());
    statement.setString(2, budget.scope().id());
    statement.setString(3, budget.interval().name());
    statement.setInt(4, budget.hard() ? 1 : 0);
  }
}
