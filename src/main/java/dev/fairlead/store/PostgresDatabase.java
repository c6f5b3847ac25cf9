package dev.fairlead.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Pattern;

/**
 * A database of PostgreSQL that several processes share. Whoever writes books takes an advisory
 * lock for the transaction, so that there is one writer at a time among all processes, as there is
 * with a file. A database that is gone, or stands still, is an error within seconds, and used again
 * when it is back.
 */
final class PostgresDatabase extends Database {
  /** What one writer at a time holds; any number will do that nobody else uses. */
  private static final long BOOKS_LOCK = 0x6661_6972_6c65_6164L;

  private static final long SCHEMA_LOCK = BOOKS_LOCK + 1;
  private static final Duration CONNECT = Duration.ofSeconds(3);
  private static final Duration SILENCE = Duration.ofSeconds(10);

  /** A transaction that a frozen process holds open gives its locks back. */
  private static final String BOUNDS =
      "-c lock_timeout=8000 -c statement_timeout=8000"
          + " -c idle_in_transaction_session_timeout=5000";

  /** Kept, so that its level is: that a pool starts and stops is of no interest. */
  private static final Logger POOLS = Logger.getLogger("com.zaxxer.hikari");

  private static final Pattern TEXT = Pattern.compile("\\bTEXT\\b");

  private final HikariDataSource pool;
  private final boolean oneWriter;

  private PostgresDatabase(HikariDataSource pool, Use use) {
    this.pool = pool;
    this.oneWriter = use == Use.BOOKS;
  }

  static PostgresDatabase of(String url, Use use, List<Migration> migrations, InstantSource clock) {
    try {
      PostgresDatabase database = new PostgresDatabase(pool(url, use), use);
      database.migrate(migrations, clock);
      return database;
    } catch (StoreFailure e) {
      throw new StoreFailure(
          "cannot open the database " + told(url) + ": " + e.getMessage(), e.getCause());
    } catch (RuntimeException e) {
      throw new StoreFailure("cannot open the database " + told(url) + ": " + rootOf(e), e);
    }
  }

  private static HikariDataSource pool(String url, Use use) {
    POOLS.setLevel(Level.WARNING);
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(url);
    config.setDriverClassName("org.postgresql.Driver");
    config.setPoolName("fairlead-" + use.name().toLowerCase(java.util.Locale.ROOT));
    config.setMaximumPoolSize(use.connections());
    config.setMinimumIdle(1);
    config.setConnectionTimeout(CONNECT.toMillis());
    config.setValidationTimeout(Duration.ofSeconds(1).toMillis());
    config.setKeepaliveTime(Duration.ofSeconds(30).toMillis());
    config.setInitializationFailTimeout(CONNECT.toMillis());
    config.addDataSourceProperty("connectTimeout", "" + CONNECT.toSeconds());
    config.addDataSourceProperty("socketTimeout", "" + SILENCE.toSeconds());
    config.addDataSourceProperty("tcpKeepAlive", "true");
    config.addDataSourceProperty("ApplicationName", "fairlead");
    config.addDataSourceProperty("options", BOUNDS);
    return new HikariDataSource(config);
  }

  private static String rootOf(RuntimeException e) {
    Throwable cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return String.valueOf(cause.getMessage());
  }

  /** True when nothing answers at the address, or what answers is only just starting. */
  static boolean isUnreachable(StoreFailure failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException e && e.getSQLState() != null) {
        return e.getSQLState().startsWith("08") || e.getSQLState().startsWith("57P");
      }
    }
    return false;
  }

  @Override
  public boolean shared() {
    return true;
  }

  @Override
  public <T> T write(Work<T> work) {
    return transaction(
        connection -> {
          if (oneWriter) {
            lock(connection, BOOKS_LOCK);
          }
          return work.run(connection);
        });
  }

  private <T> T transaction(Work<T> work) {
    try (Connection connection = pool.getConnection()) {
      connection.setAutoCommit(false);
      try {
        T result = work.run(connection);
        connection.commit();
        return result;
      } catch (SQLException | RuntimeException e) {
        rollBack(connection, e);
        throw e;
      }
    } catch (SQLException e) {
      throw new StoreFailure("cannot write: " + e.getMessage(), e);
    }
  }

  private static void rollBack(Connection connection, Exception why) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      why.addSuppressed(e); // the connection is gone, and the transaction with it
    }
  }

  private static void lock(Connection connection, long what) throws SQLException {
    try (PreparedStatement lock = connection.prepareStatement("SELECT pg_advisory_xact_lock(?)")) {
      lock.setLong(1, what);
      lock.execute();
    }
  }

  @Override
  public <T> T read(Work<T> work) {
    try (Connection connection = pool.getConnection()) {
      return work.run(connection);
    } catch (SQLException e) {
      throw new StoreFailure("cannot read: " + e.getMessage(), e);
    }
  }

  @Override
  public boolean alone(String job, Runnable work) {
    try (Connection connection = pool.getConnection()) {
      if (!answers(connection, "SELECT pg_try_advisory_lock(hashtextextended(?, 0))", job)) {
        return false;
      }
      try {
        work.run();
      } finally {
        answers(connection, "SELECT pg_advisory_unlock(hashtextextended(?, 0))", job);
      }
      return true;
    } catch (SQLException e) {
      throw new StoreFailure("cannot do " + job + " alone: " + e.getMessage(), e);
    }
  }

  private static boolean answers(Connection connection, String sql, String job)
      throws SQLException {
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      query.setString(1, "fairlead " + job);
      try (ResultSet row = query.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }

  /** A connection of one's own, out of the pool for as long as it is open. */
  Connection connection() throws SQLException {
    return pool.getConnection();
  }

  private void migrate(List<Migration> migrations, InstantSource clock) {
    transaction(
        connection -> {
          lock(connection, SCHEMA_LOCK);
          try (Statement statement = connection.createStatement()) {
            statement.execute("SET LOCAL lock_timeout = 60000");
            statement.execute("SET LOCAL statement_timeout = 60000");
          }
          return Schema.bring(connection, migrations, PostgresDatabase::text, clock);
        });
  }

  /** Text sorts by its bytes, as it does in a file, whatever the database's own order is. */
  private static String text(Migration migration) {
    return TEXT.matcher(migration.postgres()).replaceAll("TEXT COLLATE \"C\"");
  }

  @Override
  public void copy(Path file) {
    throw new StoreFailure(
        "a database of PostgreSQL is copied with its own tools: pg_dump, or archiving its log",
        null);
  }

  @Override
  public void close() {
    pool.close();
  }
}
