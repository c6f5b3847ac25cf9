package dev.fairlead.limit;

import dev.fairlead.config.Measure;
import dev.fairlead.config.Per;
import dev.fairlead.identity.Scope;
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

/** The rows of what counts in windows that outlive a process. Blocking. */
final class CountTable {
  static final List<Migration> MIGRATIONS =
      List.of(
          new Migration(
              "limit-1-count",
              """
              CREATE TABLE limit_count (
                kind TEXT NOT NULL,
                scope TEXT NOT NULL,
                measure TEXT NOT NULL,
                per TEXT NOT NULL,
                free INTEGER NOT NULL,
                shared INTEGER NOT NULL,
                parts TEXT NOT NULL,
                last BIGINT NOT NULL,
                PRIMARY KEY (kind, scope, measure, per, free, shared)
              )"""));

  /** Of a millisecond: parts of long windows begin at whole ones. */
  private static final long NANOS = 1_000_000;

  private final Database database;

  CountTable(Database database) {
    this.database = database;
  }

  /** What was written down; what was for the last time before a moment is removed. */
  List<Count> since(Instant oldest) {
    return database.write(
        connection -> {
          try (PreparedStatement delete =
              connection.prepareStatement("DELETE FROM limit_count WHERE last < ?")) {
            delete.setLong(1, oldest.toEpochMilli());
            delete.executeUpdate();
          }
          return read(connection);
        });
  }

  private static List<Count> read(Connection connection) throws SQLException {
    try (PreparedStatement query =
            connection.prepareStatement(
                "SELECT kind, scope, measure, per, free, shared, parts FROM limit_count");
        ResultSet rows = query.executeQuery()) {
      List<Count> all = new ArrayList<>();
      while (rows.next()) {
        Counter.Key key =
            new Counter.Key(
                new Scope(Scope.Kind.valueOf(rows.getString(1)), rows.getString(2)),
                Measure.valueOf(rows.getString(3)),
                Optional.of(Per.valueOf(rows.getString(4))),
                rows.getInt(5) != 0,
                rows.getInt(6) != 0);
        all.add(new Count(key, parts(rows.getString(7))));
      }
      return all;
    }
  }

  /** {@code milliseconds:amount}, one behind the other. */
  private static List<Count.Part> parts(String text) {
    List<Count.Part> parts = new ArrayList<>();
    for (String part : text.split(",")) {
      int colon = part.indexOf(':');
      long began = Long.parseLong(part.substring(0, colon)) * NANOS;
      parts.add(new Count.Part(began, Long.parseLong(part.substring(colon + 1))));
    }
    return parts;
  }

  void put(List<Count> counts, Instant now) {
    database.write(
        connection -> {
          try (PreparedStatement put =
                  connection.prepareStatement(
                      """
                      INSERT INTO limit_count
                        (kind, scope, measure, per, free, shared, parts, last)
                      VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                      ON CONFLICT (kind, scope, measure, per, free, shared)
                      DO UPDATE SET parts = excluded.parts, last = excluded.last""");
              PreparedStatement delete =
                  connection.prepareStatement(
                      """
                      DELETE FROM limit_count
                      WHERE kind = ? AND scope = ? AND measure = ? AND per = ? AND free = ?
                        AND shared = ?""")) {
            for (Count count : counts) {
              PreparedStatement statement = count.parts().isEmpty() ? delete : put;
              name(statement, count.key());
              if (statement == put) {
                put.setString(7, text(count.parts()));
                put.setLong(8, now.toEpochMilli());
              }
              statement.addBatch();
            }
            put.executeBatch();
            delete.executeBatch();
            return counts.size();
          }
        });
  }

  private static String text(List<Count.Part> parts) {
    StringBuilder text = new StringBuilder();
    for (Count.Part part : parts) {
      text.append(text.isEmpty() ? "" : ",");
      text.append(part.beganNanos() / NANOS).append(':').append(part.amount());
    }
    return text.toString();
  }

  private static void name(PreparedStatement statement, Counter.Key key) throws SQLException {
    statement.setString(1, key.scope().kind().name());
    statement.setString(2, key.scope().id());
    statement.setString(3, key.measure().name());
    statement.setString(4, key.per().map(Per::name).orElse(""));
    statement.setInt(5, key.free() ? 1 : 0);
    statement.setInt(6, key.shared() ? 1 : 0);
  }
}
