package dev.fairlead.idempotency;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fairlead.http.Headers;
import dev.fairlead.store.Database;
import dev.fairlead.store.Migration;
import dev.fairlead.store.StoreFailure;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** What was begun, and what came of it. Blocking. */
final class IdempotencyTable {
  static final List<Migration> MIGRATIONS =
      List.of(
          new Migration(
              "idempotency-1",
              """
              CREATE TABLE idempotency (
                tenant TEXT NOT NULL,
                name TEXT NOT NULL,
                fingerprint TEXT NOT NULL,
                process TEXT NOT NULL,
                expires BIGINT NOT NULL,
                state TEXT NOT NULL,
                status INTEGER,
                headers TEXT,
                body TEXT,
                PRIMARY KEY (tenant, name)
              );
              CREATE INDEX idempotency_by_expiry ON idempotency (expires)"""),
          new Migration(
              "idempotency-2-size",
              """
              ALTER TABLE idempotency ADD COLUMN size BIGINT NOT NULL DEFAULT 0;
              CREATE INDEX idempotency_by_size ON idempotency (expires, size)"""));

  private static final int DROPPED_AT_ONCE = 100;

  enum State {
    /** Somebody is at it, or was when the process ended. */
    RUNNING,
    WHOLE,
    STREAMED,
    /** It is over, and the answer was too large to be kept. */
    UNKEPT
  }

  /** What stands in the books on a name. */
  record Row(String fingerprint, String process, State state, Optional<Answer> answer) {}

  private final Database database;

  IdempotencyTable(Database database) {
    this.database = database;
  }

  /** Does several things in one commit. */
  void together(Consumer<OpenTable> work) {
    database.write(
        connection -> {
          work.accept(new OpenTable(connection));
          return true;
        });
  }

  /** The table while a commit is open. */
  static final class OpenTable {
    private final Connection connection;

    private OpenTable(Connection connection) {
      this.connection = connection;
    }

    private <T> T told(Database.Work<T> step) {
      try {
        return step.run(connection);
      } catch (SQLException e) {
        throw new StoreFailure("cannot write: " + e.getMessage(), e);
      }
    }

    /** What is known of a name, unless it has expired. */
    Optional<Row> find(Name name, long now) {
      return told(open -> IdempotencyTable.find(open, name, now));
    }

    /** It is begun. */
    void claim(Name name, String fingerprint, String process, long expires) {
      told(open -> IdempotencyTable.claim(open, name, fingerprint, process, expires));
    }

    /** It is over, and this is its answer. */
    void answer(Name name, Answer answer) {
      told(open -> IdempotencyTable.answer(open, name, answer));
    }

    /** It is over, and its answer is too large. */
    void unkept(Name name) {
      told(open -> IdempotencyTable.unkept(open, name));
    }

    /** Nothing came of it. */
    void forget(Name name) {
      told(open -> IdempotencyTable.forget(open, name));
    }
  }

  private static Optional<Row> find(Connection connection, Name name, long now)
      throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement(
            """
            SELECT fingerprint, process, state, status, headers, body
            FROM idempotency WHERE tenant = ? AND name = ? AND expires > ?""")) {
      query.setString(1, name.tenant());
      query.setString(2, name.key());
      query.setLong(3, now);
      try (ResultSet row = query.executeQuery()) {
        return row.next() ? Optional.of(row(row)) : Optional.empty();
      }
    }
  }

  private static Row row(ResultSet row) throws SQLException {
    State state = State.valueOf(row.getString(3));
    Optional<Answer> answer = Optional.empty();
    if (state == State.WHOLE || state == State.STREAMED) {
      answer =
          Optional.of(
              new Answer(
                  row.getInt(4),
                  headers(row.getString(5)),
                  state == State.STREAMED,
                  Base64.getDecoder().decode(row.getString(6))));
    }
    return new Row(row.getString(1), row.getString(2), state, answer);
  }

  private static Headers headers(String lines) {
    return Headers.copyOf(new ArrayList<>(lines.lines().toList()));
  }

  private static boolean claim(
      Connection connection, Name name, String fingerprint, String process, long expires)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            INSERT INTO idempotency (tenant, name, fingerprint, process, expires, state)
            VALUES (?, ?, ?, ?, ?, 'RUNNING')
            ON CONFLICT (tenant, name) DO UPDATE SET
              fingerprint = excluded.fingerprint, process = excluded.process,
              expires = excluded.expires, state = excluded.state,
              status = NULL, headers = NULL, body = NULL""")) {
      insert.setString(1, name.tenant());
      insert.setString(2, name.key());
      insert.setString(3, fingerprint);
      insert.setString(4, process);
      insert.setLong(5, expires);
      return insert.executeUpdate() > 0;
    }
  }

  private static boolean answer(Connection connection, Name name, Answer answer)
      throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            """
            UPDATE idempotency SET state = ?, status = ?, headers = ?, body = ?, size = ?
            WHERE tenant = ? AND name = ?""")) {
      update.setString(1, (answer.streamed() ? State.STREAMED : State.WHOLE).name());
      update.setInt(2, answer.status());
      update.setString(3, lines(answer.headers()));
      update.setString(4, new String(Base64.getEncoder().encode(answer.body()), UTF_8));
      update.setLong(5, answer.body().length);
      update.setString(6, name.tenant());
      update.setString(7, name.key());
      return update.executeUpdate() > 0;
    }
  }

  private static String lines(Headers headers) {
    List<String> lines = new ArrayList<>();
    headers.forEach(
        (name, value) -> {
          lines.add(name);
          lines.add(value);
        });
    return String.join("\n", lines);
  }

  private static boolean unkept(Connection connection, Name name) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE idempotency SET state = 'UNKEPT' WHERE tenant = ? AND name = ?")) {
      update.setString(1, name.tenant());
      update.setString(2, name.key());
      return update.executeUpdate() > 0;
    }
  }

  private static boolean forget(Connection connection, Name name) throws SQLException {
    try (PreparedStatement delete =
        connection.prepareStatement("DELETE FROM idempotency WHERE tenant = ? AND name = ?")) {
      delete.setString(1, name.tenant());
      delete.setString(2, name.key());
      return delete.executeUpdate() > 0;
    }
  }

  /** Removes some of what has expired; how many there were. */
  int expire(long now, int most) {
    return database.write(
        connection -> {
          try (PreparedStatement delete =
              connection.prepareStatement(
                  """
                  DELETE FROM idempotency WHERE (tenant, name) IN
                    (SELECT tenant, name FROM idempotency WHERE expires <= ? LIMIT ?)""")) {
            delete.setLong(1, now);
            delete.setInt(2, most);
            return delete.executeUpdate();
          }
        });
  }

  /**
   * Of more answers than may be kept, the oldest are dropped, and their names still known; of more
   * names than may be remembered, the oldest whose work is over are forgotten.
   *
   * @return how many were changed
   */
  int bound(long bytes, long names, int most) {
    return database.write(
        connection -> {
          int changed = 0;
          if (one(connection, "SELECT coalesce(sum(size), 0) FROM idempotency") > bytes) {
            changed +=
                change(
                    connection,
                    """
                    UPDATE idempotency SET state = 'UNKEPT', status = NULL, headers = NULL,
                      body = NULL, size = 0
                    WHERE (tenant, name) IN
                      (SELECT tenant, name FROM idempotency WHERE size > 0
                       ORDER BY expires LIMIT ?)""",
                    Math.min(most, DROPPED_AT_ONCE));
          }
          long many = one(connection, "SELECT count(*) FROM idempotency") - names;
          if (many > 0) {
            changed +=
                change(
                    connection,
                    """
                    DELETE FROM idempotency WHERE (tenant, name) IN
                      (SELECT tenant, name FROM idempotency WHERE state <> 'RUNNING'
                       ORDER BY expires LIMIT ?)""",
                    (int) Math.min(most, many));
          }
          return changed;
        });
  }

  private static long one(Connection connection, String sql) throws SQLException {
    try (PreparedStatement query = connection.prepareStatement(sql);
        ResultSet row = query.executeQuery()) {
      row.next();
      return row.getLong(1);
    }
  }

  private static int change(Connection connection, String sql, int most) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setInt(1, most);
      return statement.executeUpdate();
    }
  }
}
