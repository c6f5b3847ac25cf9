package dev.fairlead.journal;

import dev.fairlead.store.Database;
import dev.fairlead.store.Migration;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The rows of generations: a few columns to look by, and the record itself. Blocking. */
final class GenerationTable {
  static final List<Migration> MIGRATIONS =
      List.of(
          new Migration(
              "journal-1-generation",
              """
              CREATE TABLE generation (
                id TEXT PRIMARY KEY,
                created_at INTEGER NOT NULL,
                key_id TEXT NOT NULL,
                record BLOB NOT NULL,
                decision BLOB
              ) WITHOUT ROWID;
              CREATE INDEX generation_created_at ON generation (created_at);
              """));

  /** A record and its decision, as JSON. */
  record Row(String id, Instant createdAt, String keyId, byte[] json, byte[] decision) {}

  private final Database database;

  GenerationTable(Database database) {
    this.database = database;
  }

  void insert(List<Row> rows) {
    database.write(
        connection -> {
          try (PreparedStatement insert =
              connection.prepareStatement(
                  "INSERT OR REPLACE INTO generation VALUES (?, ?, ?, ?, ?)")) {
            for (Row row : rows) {
              insert.setString(1, row.id());
              insert.setLong(2, row.createdAt().toEpochMilli());
              insert.setString(3, row.keyId());
              insert.setBytes(4, row.json());
              insert.setBytes(5, row.decision());
              insert.addBatch();
            }
            return insert.executeBatch().length;
          }
        });
  }

  Optional<Row> find(String id) {
    return database.read(
        connection -> {
          try (PreparedStatement query =
              connection.prepareStatement(
                  "SELECT created_at, key_id, record, decision FROM generation WHERE id = ?")) {
            query.setString(1, id);
            try (ResultSet rows = query.executeQuery()) {
              return rows.next()
                  ? Optional.of(
                      new Row(
                          id,
                          Instant.ofEpochMilli(rows.getLong(1)),
                          rows.getString(2),
                          rows.getBytes(3),
                          rows.getBytes(4)))
                  : Optional.empty();
            }
          }
        });
  }

  /** Forgets what is older, a bounded number at a time; the number that went. */
  int forgetBefore(Instant bound, int most) {
    return database.write(
        connection -> {
          try (PreparedStatement delete =
              connection.prepareStatement(
                  """
                  DELETE FROM generation WHERE id IN (
                    SELECT id FROM generation WHERE created_at < ? ORDER BY created_at LIMIT ?
                  )""")) {
            delete.setLong(1, bound.toEpochMilli());
            delete.setInt(2, most);
            return delete.executeUpdate();
          }
        });
  }
}
