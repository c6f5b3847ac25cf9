package dev.fairlead.journal;

import dev.fairlead.store.Database;
import dev.fairlead.store.Migration;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The rows of generations. A row is a batch: a few hundred records, one JSON line each, with the
 * seconds between which they began. An id tells its second, so a record is found by reading the
 * batches of that second; and a record costs a line of text, not a row and its index entries.
 * Blocking.
 */
final class GenerationTable {
  static final List<Migration> MIGRATIONS =
      List.of(
          new Migration(
              "journal-1-generation-batch",
              """
              CREATE TABLE generation_batch (
                seq INTEGER PRIMARY KEY,
                first_second INTEGER NOT NULL,
                last_second INTEGER NOT NULL,
                records INTEGER NOT NULL,
                lines BLOB NOT NULL
              );
              CREATE INDEX generation_batch_last ON generation_batch (last_second, first_second);
              """,
              """
              CREATE TABLE generation_batch (
                seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                first_second BIGINT NOT NULL,
                last_second BIGINT NOT NULL,
                records INTEGER NOT NULL,
                lines BYTEA NOT NULL
              );
              CREATE INDEX generation_batch_last ON generation_batch (last_second, first_second);
              """));

  private final Database database;

  GenerationTable(Database database) {
    this.database = database;
  }

  /**
   * @param lines one JSON object a line
   */
  void insert(long firstSecond, long lastSecond, int records, byte[] lines) {
    database.write(
        connection -> {
          try (PreparedStatement insert =
              connection.prepareStatement(
                  """
                  INSERT INTO generation_batch (first_second, last_second, records, lines)
                  VALUES (?, ?, ?, ?)""")) {
            insert.setLong(1, firstSecond);
            insert.setLong(2, lastSecond);
            insert.setInt(3, records);
            insert.setBytes(4, lines);
            return insert.executeUpdate();
          }
        });
  }

  /** The batches that hold records which began in that second. */
  List<byte[]> batches(long second) {
    return database.read(
        connection -> {
          try (PreparedStatement query =
              connection.prepareStatement(
                  """
                  SELECT lines FROM generation_batch
                  WHERE last_second >= ? AND first_second <= ?
                  ORDER BY last_second LIMIT 1000""")) {
            query.setLong(1, second);
            query.setLong(2, second);
            List<byte[]> found = new ArrayList<>();
            try (ResultSet rows = query.executeQuery()) {
              while (rows.next()) {
                found.add(rows.getBytes(1));
              }
            }
            return found;
          }
        });
  }

  /**
   * Forgets what is older, a bounded number of batches at a time, unless somebody is just at it.
   */
  void forgetBefore(Instant bound, int most) {
    database.alone("forget-records", () -> forget(bound, most));
  }

  private int forget(Instant bound, int most) {
    return database.write(
        connection -> {
          try (PreparedStatement delete =
              connection.prepareStatement(
                  """
                  DELETE FROM generation_batch WHERE seq IN (
                    SELECT seq FROM generation_batch WHERE last_second < ? LIMIT ?
                  )""")) {
            delete.setLong(1, bound.getEpochSecond());
            delete.setInt(2, most);
            return delete.executeUpdate();
          }
        });
  }
}
