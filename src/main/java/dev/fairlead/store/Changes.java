package dev.fairlead.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.postgresql.PGConnection;

/**
 * Tells when another process has changed a table. Each change raises the table's version in the
 * same transaction, and a notice of it goes out with the commit; because notices can be lost, the
 * versions are looked at besides, several times a second. Whoever follows reads its table again.
 */
public final class Changes implements AutoCloseable {
  /** Nobody else changes anything. */
  public static final Changes NONE =
      new Changes(
          () -> {
            throw new SQLException("nothing is followed");
          },
          Map.of());

  /** Gives a connection of one's own. */
  @FunctionalInterface
  private interface Connections {
    Connection get() throws SQLException;
  }

  private static final System.Logger LOG = System.getLogger("fairlead.store");
  private static final int LISTEN_MILLIS = 300;
  private static final Duration PAUSE = Duration.ofMillis(500);

  private final Connections connections;
  private final Map<String, Runnable> followers;
  private final Map<String, Long> seen = new HashMap<>();
  private final Thread thread;
  private volatile boolean closing;

  private Changes(Connections connections, Map<String, Runnable> followers) {
    this.connections = connections;
    this.followers = Map.copyOf(followers);
    this.thread = Thread.ofPlatform().name("changes").daemon(true).unstarted(this::run);
  }

  /**
   * The schema that tells changes of these tables. A file belongs to one process, and needs none.
   */
  public static List<Migration> migrations(List<String> tables) {
    StringBuilder sql =
        new StringBuilder(
            """
            CREATE TABLE change (
              name TEXT PRIMARY KEY,
              version BIGINT NOT NULL
            );
            CREATE FUNCTION tell_change() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
              INSERT INTO change (name, version) VALUES (TG_TABLE_NAME, 1)
                ON CONFLICT (name) DO UPDATE SET version = change.version + 1;
              PERFORM pg_notify('fairlead', TG_TABLE_NAME);
              RETURN NULL;
            END $$;
            """);
    sql.append(triggers(tables));
    return List.of(new Migration("store-1-change", "", sql.toString()));
  }

  /** The step that tells changes of more tables. */
  public static List<Migration> more(String id, List<String> tables) {
    return List.of(new Migration(id, "", triggers(tables)));
  }

  private static String triggers(List<String> tables) {
    StringBuilder sql = new StringBuilder();
    for (String table : tables) {
      sql.append(
          """
          CREATE TRIGGER tell_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON %s
            FOR EACH STATEMENT EXECUTE FUNCTION tell_change();
          """
              .formatted(table));
    }
    return sql.toString();
  }

  /**
   * Follows tables by name. Each follower is called once at first, so that nothing is missed that
   * happened since it has read its table; then whenever that has changed. It is called again until
   * it does not throw.
   */
  public static Changes follow(Database database, Map<String, Runnable> followers) {
    return switch (database) {
      case PostgresDatabase shared -> begun(shared::connection, followers);
      case LateDatabase late -> begun(late::connection, followers);
      case SqliteDatabase own -> NONE;
    };
  }

  private static Changes begun(Connections connections, Map<String, Runnable> followers) {
    Changes changes = new Changes(connections, followers);
    changes.thread.start();
    return changes;
  }

  private void run() {
    boolean blind = false;
    while (!closing) {
      try (Connection connection = connections.get()) {
        connection.setAutoCommit(true);
        try (Statement listen = connection.createStatement()) {
          listen.execute("LISTEN fairlead");
        }
        blind = false;
        follow(connection);
      } catch (SQLException | RuntimeException e) {
        if (!closing && !blind) {
          LOG.log(
              System.Logger.Level.WARNING,
              "changes that others make are not seen now: " + e.getMessage());
        }
        blind = true;
        pause();
      }
    }
  }

  private void follow(Connection connection) throws SQLException {
    PGConnection notices = connection.unwrap(PGConnection.class);
    while (!closing) {
      look(connection);
      notices.getNotifications(LISTEN_MILLIS);
    }
    try (Statement silence = connection.createStatement()) {
      silence.execute("UNLISTEN *"); // the connection goes back to the pool
    }
  }

  private void look(Connection connection) throws SQLException {
    Map<String, Long> versions = new HashMap<>();
    try (PreparedStatement query = connection.prepareStatement("SELECT name, version FROM change");
        ResultSet rows = query.executeQuery()) {
      while (rows.next()) {
        versions.put(rows.getString(1), rows.getLong(2));
      }
    }
    followers.forEach(
        (name, follower) -> {
          long version = versions.getOrDefault(name, 0L);
          Long last = seen.get(name);
          if (last == null || last != version) {
            tell(name, version, follower);
          }
        });
  }

  private void tell(String name, long version, Runnable follower) {
    try {
      follower.run();
      seen.put(name, version);
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, "cannot follow " + name + ": " + e.getMessage());
    }
  }

  private void pause() {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      closing = true;
    }
  }

  @Override
  public void close() {
    closing = true;
    if (!thread.isAlive()) {
      return;
    }
    try {
      thread.join(Duration.ofSeconds(2));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
