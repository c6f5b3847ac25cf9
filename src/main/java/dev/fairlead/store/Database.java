package dev.fairlead.store;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * An embedded SQLite file in WAL mode: one writer, guarded by its lock, and a few readers beside
 * it. Blocking; never called on an event loop.
 */
public final class Database implements AutoCloseable {
  /** What a file is for, which decides how it is kept. */
  public enum Use {
    /** What must never be lost: a commit survives a loss of power. Rows are small. */
    BOOKS("FULL", 4_096, 1_000),
    /**
     * What happened, written in large pieces: a commit survives a crash of the process, but a loss
     * of power may take the last ones. A piece of half a megabyte costs half as much in large
     * pages.
     */
    RECORDS("NORMAL", 32_768, 128);

    private final String synchronous;
    private final int pageBytes;
    private final int checkpointPages;

    Use(String synchronous, int pageBytes, int checkpointPages) {
      this.synchronous = synchronous;
      this.pageBytes = pageBytes;
      this.checkpointPages = checkpointPages;
    }
  }

  /** Something done with a connection. */
  @FunctionalInterface
  public interface Work<T> {
    T run(Connection connection) throws SQLException;
  }

  private static final int READERS = 3;
  private static final long READER_WAIT_SECONDS = 10;

  private final Connection writer;
  private final ReentrantLock writing = new ReentrantLock();
  private final BlockingQueue<Connection> readers = new ArrayBlockingQueue<>(READERS);

  private Database(Connection writer) {
    this.writer = writer;
  }

  /** Opens or makes the file, and brings its schema up to date. */
  public static Database open(Path file, Use use, List<Migration> migrations, InstantSource clock) {
    String url = "jdbc:sqlite:" + file;
    try {
      Database database = new Database(connect(url, use));
      database.migrate(migrations, clock);
      for (int i = 0; i < READERS; i++) {
        database.readers.add(connect(url, use));
      }
      return database;
    } catch (SQLException e) {
      throw new StoreFailure("cannot open the data file " + file + ": " + e.getMessage(), e);
    }
  }

  private static Connection connect(String url, Use use) throws SQLException {
    Connection connection = DriverManager.getConnection(url);
    try (Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA busy_timeout = 5000");
      statement.execute("PRAGMA page_size = " + use.pageBytes); // of a file that is new
      statement.execute("PRAGMA journal_mode = WAL");
      statement.execute("PRAGMA synchronous = " + use.synchronous);
      statement.execute("PRAGMA wal_autocheckpoint = " + use.checkpointPages);
      statement.execute("PRAGMA foreign_keys = ON");
    }
    return connection;
  }

  /** True when other processes may write, too. */
  public boolean shared() {
    return false;
  }

  /** Runs in one transaction, alone among writers; whatever is thrown rolls it back. */
  public <T> T write(Work<T> work) {
    writing.lock();
    try {
      writer.setAutoCommit(false);
      T result = work.run(writer);
      writer.commit();
      return result;
    } catch (SQLException e) {
      throw new StoreFailure("cannot write: " + e.getMessage(), e);
    } finally {
      rollBackWhatIsLeft();
      writing.unlock();
    }
  }

  private void rollBackWhatIsLeft() {
    try {
      writer.rollback();
      writer.setAutoCommit(true);
    } catch (SQLException e) {
      throw new StoreFailure("cannot end a transaction: " + e.getMessage(), e);
    }
  }

  /** Runs beside the writer, on what was committed last. */
  public <T> T read(Work<T> work) {
    Connection reader = borrow();
    try {
      return work.run(reader);
    } catch (SQLException e) {
      throw new StoreFailure("cannot read: " + e.getMessage(), e);
    } finally {
      readers.add(reader);
    }
  }

  private Connection borrow() {
    try {
      Connection reader = readers.poll(READER_WAIT_SECONDS, TimeUnit.SECONDS);
      if (reader == null) {
        throw new StoreFailure("no connection was free for " + READER_WAIT_SECONDS + " s", null);
      }
      return reader;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreFailure("interrupted while waiting for a connection", e);
    }
  }

  private void migrate(List<Migration> migrations, InstantSource clock) {
    write(
        connection -> {
          try (Statement statement = connection.createStatement()) {
            statement.execute(
                """
                CREATE TABLE IF NOT EXISTS schema_migration (
                  id TEXT PRIMARY KEY,
                  applied_at TEXT NOT NULL
                )""");
            for (Migration migration : migrations) {
              if (!applied(connection, migration.id())) {
                for (String sql : migration.sql().split(";\\s*\\R|;\\s*$")) {
                  statement.execute(sql);
                }
                remember(connection, migration.id(), clock);
              }
            }
          }
          return true;
        });
  }

  private static boolean applied(Connection connection, String id) throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement("SELECT 1 FROM schema_migration WHERE id = ?")) {
      query.setString(1, id);
      try (ResultSet rows = query.executeQuery()) {
        return rows.next();
      }
    }
  }

  private static void remember(Connection connection, String id, InstantSource clock)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO schema_migration VALUES (?, ?)")) {
      insert.setString(1, id);
      insert.setString(2, clock.instant().toString());
      insert.executeUpdate();
    }
  }

  @Override
  public void close() {
    writing.lock();
    try {
      for (Connection reader : readers) {
        reader.close();
      }
      writer.close();
    } catch (SQLException e) {
      throw new StoreFailure("cannot close the data file: " + e.getMessage(), e);
    } finally {
      writing.unlock();
    }
  }
}
