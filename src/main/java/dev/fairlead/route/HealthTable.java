package dev.fairlead.route;

import dev.fairlead.store.Database;
import dev.fairlead.store.Migration;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** What nodes know of endpoints that want to be left alone. Blocking. */
final class HealthTable {
  static final List<Migration> MIGRATIONS =
      List.of(
          new Migration(
              "route-1-health",
              """
              CREATE TABLE endpoint_health (
                endpoint TEXT NOT NULL,
                credential TEXT NOT NULL,
                node TEXT NOT NULL,
                until_millis BIGINT NOT NULL,
                PRIMARY KEY (endpoint, credential, node)
              )"""));

  private final Database database;

  HealthTable(Database database) {
    this.database = database;
  }

  /** From now on this is all that a node says; what of its own is over goes. */
  void replace(String node, Collection<Trouble> all) {
    database.write(
        connection -> {
          try (PreparedStatement delete =
              connection.prepareStatement("DELETE FROM endpoint_health WHERE node = ?")) {
            delete.setString(1, node);
            delete.executeUpdate();
          }
          try (PreparedStatement insert =
              connection.prepareStatement(
                  """
                  INSERT INTO endpoint_health (endpoint, credential, node, until_millis)
                  VALUES (?, ?, ?, ?)""")) {
            for (Trouble trouble : all) {
              insert.setString(1, trouble.endpoint());
              insert.setString(2, trouble.credential());
              insert.setString(3, node);
              insert.setLong(4, trouble.until().toEpochMilli());
              insert.addBatch();
            }
            insert.executeBatch();
          }
          return true;
        });
  }

  /** What other nodes say. */
  List<Trouble> others(String node, Instant now) {
    return database.read(
        connection -> {
          try (PreparedStatement query =
              connection.prepareStatement(
                  """
                  SELECT endpoint, credential, max(until_millis) FROM endpoint_health
                  WHERE node <> ? AND until_millis > ?
                  GROUP BY endpoint, credential""")) {
            query.setString(1, node);
            query.setLong(2, now.toEpochMilli());
            try (ResultSet rows = query.executeQuery()) {
              List<Trouble> all = new ArrayList<>();
              while (rows.next()) {
                all.add(
                    new Trouble(
                        rows.getString(1),
                        rows.getString(2),
                        Instant.ofEpochMilli(rows.getLong(3))));
              }
              return all;
            }
          }
        });
  }
}
