package dev.fairlead.limit;

import dev.fairlead.store.Database;
import dev.fairlead.store.Migration;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Who has how much of which limit. Whether a node lives is what the ledger's {@code lease_session}
 * says, in the same transaction. Blocking.
 */
final class ShareTable {
  static final List<Migration> MIGRATIONS =
      List.of(
          new Migration(
              "share-1",
              """
              CREATE TABLE rate_share (
                name TEXT NOT NULL,
                node TEXT NOT NULL,
                epoch BIGINT NOT NULL,
                window_millis BIGINT NOT NULL,
                granted BIGINT NOT NULL CHECK (granted >= 0),
                used BIGINT NOT NULL,
                waiting INTEGER NOT NULL,
                until_millis BIGINT,
                PRIMARY KEY (name, node, epoch)
              );
              CREATE INDEX rate_share_by_node ON rate_share (node, epoch);
              CREATE INDEX rate_share_by_waiting ON rate_share (waiting)"""));

  /** A window counts a part of itself longer than its length, and clocks go wrong a little. */
  private static final long SLACK_PERMILLE = 10;

  /**
   * @param windowMillis how long something counts
   * @param total the limit
   * @param keep the node's share now
   * @param used how much of that counts now
   * @param need how much more a call needs that waits
   */
  record Line(String name, long windowMillis, long total, long keep, long used, long need) {}

  /** What a node hears of a line. */
  record Told(String name, long granted, long free, long idleElsewhere, long usedElsewhere) {}

  /**
   * @param wanted others wait for what is idle of these
   */
  record Reply(boolean fenced, List<Told> told, Set<String> wanted) {
    static final Reply FENCED = new Reply(true, List.of(), Set.of());
  }

  /** What others have. */
  private record Others(long granted, long used, boolean waiting) {}

  private final Database database;

  ShareTable(Database database) {
    this.database = database;
  }

  Reply renew(String node, long epoch, List<Line> lines) {
    return database.write(
        connection -> {
          if (!lives(connection, node, epoch)) {
            return Reply.FENCED;
          }
          long now = now(connection);
          retire(connection, now);
          long nodes = nodes(connection);
          List<Told> told = new ArrayList<>();
          for (Line line : lines) {
            told.add(renew(connection, node, epoch, line, nodes));
          }
          return new Reply(false, told, wanted(connection, node));
        });
  }

  private static Told renew(Connection connection, String node, long epoch, Line line, long nodes)
      throws SQLException {
    Others others = others(connection, line.name(), node, epoch);
    long free = Math.max(0, line.total() - others.granted() - line.keep());
    boolean refused = line.need() > free;
    long slice = others.waiting() ? 0 : free / (2 * nodes);
    long more = refused || line.need() == 0 ? 0 : Math.max(line.need(), slice);
    long granted = line.keep() + more;
    put(connection, node, epoch, line, granted, refused);
    return new Told(
        line.name(),
        granted,
        free - more,
        Math.max(0, others.granted() - others.used()),
        others.used());
  }

  private static boolean lives(Connection connection, String node, long epoch) throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT 1 FROM lease_session WHERE node = ? AND epoch = ? AND fenced = 0")) {
      query.setString(1, node);
      query.setLong(2, epoch);
      try (ResultSet row = query.executeQuery()) {
        return row.next();
      }
    }
  }

  private static long nodes(Connection connection) throws SQLException {
    try (Statement query = connection.createStatement();
        ResultSet row = query.executeQuery("SELECT count(*) FROM lease_session WHERE fenced = 0")) {
      row.next();
      return Math.max(1, row.getLong(1));
    }
  }

  private long now(Connection connection) throws SQLException {
    String sql =
        database.shared()
            ? "SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint"
            : "SELECT CAST(unixepoch('subsec') * 1000 AS INTEGER)";
    try (Statement query = connection.createStatement();
        ResultSet row = query.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }

  /** What a life has left that is over: it counts for a window more, and then no longer. */
  private static void retire(Connection connection, long now) throws SQLException {
    try (PreparedStatement freeze =
        connection.prepareStatement(
            """
            UPDATE rate_share
            SET until_millis = CAST(? AS BIGINT) + window_millis + window_millis * ? / 1000,
              waiting = 0
            WHERE until_millis IS NULL AND NOT EXISTS
              (SELECT 1 FROM lease_session
               WHERE lease_session.node = rate_share.node
                 AND lease_session.epoch = rate_share.epoch)""")) {
      freeze.setLong(1, now);
      freeze.setLong(2, SLACK_PERMILLE);
      freeze.executeUpdate();
    }
    try (PreparedStatement delete =
        connection.prepareStatement("DELETE FROM rate_share WHERE until_millis <= ?")) {
      delete.setLong(1, now);
      delete.executeUpdate();
    }
  }

  private static Others others(Connection connection, String name, String node, long epoch)
      throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement(
            """
            SELECT coalesce(sum(granted), 0), coalesce(sum(used), 0), coalesce(sum(waiting), 0)
            FROM rate_share WHERE name = ? AND NOT (node = ? AND epoch = ?)""")) {
      query.setString(1, name);
      query.setString(2, node);
      query.setLong(3, epoch);
      try (ResultSet row = query.executeQuery()) {
        row.next();
        return new Others(row.getLong(1), row.getLong(2), row.getLong(3) > 0);
      }
    }
  }

  private static void put(
      Connection connection, String node, long epoch, Line line, long granted, boolean waiting)
      throws SQLException {
    if (granted == 0 && !waiting) {
      try (PreparedStatement delete =
          connection.prepareStatement(
              "DELETE FROM rate_share WHERE name = ? AND node = ? AND epoch = ?")) {
        delete.setString(1, line.name());
        delete.setString(2, node);
        delete.setLong(3, epoch);
        delete.executeUpdate();
      }
      return;
    }
    try (PreparedStatement put =
        connection.prepareStatement(
            """
            INSERT INTO rate_share (name, node, epoch, window_millis, granted, used, waiting)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (name, node, epoch) DO UPDATE SET granted = excluded.granted,
              used = excluded.used, waiting = excluded.waiting,
              window_millis = excluded.window_millis""")) {
      put.setString(1, line.name());
      put.setString(2, node);
      put.setLong(3, epoch);
      put.setLong(4, line.windowMillis());
      put.setLong(5, granted);
      put.setLong(6, line.used());
      put.setInt(7, waiting ? 1 : 0);
      put.executeUpdate();
    }
  }

  private static Set<String> wanted(Connection connection, String node) throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT DISTINCT name FROM rate_share WHERE waiting = 1 AND node <> ?")) {
      query.setString(1, node);
      try (ResultSet rows = query.executeQuery()) {
        Set<String> names = new HashSet<>();
        while (rows.next()) {
          names.add(rows.getString(1));
        }
        return names;
      }
    }
  }
}
