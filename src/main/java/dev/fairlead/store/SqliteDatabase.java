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
final class SqliteDatabase extends Database {
  private static final int READERS = 3;
  private static final long READER_WAIT_SECONDS = 10;

  private final Connection writer;
  private final ReentrantLock writing = new ReentrantLock();
  private final BlockingQueue<Connection> readers = new ArrayBlockingQueue<>(READERS);

  private SqliteDatabase(Connection writer) {
    this.writer = writer;
  }

  /** Opens or makes the file, and brings its schema up to date. */
  static Database of(Path file, Use use, List<Migration> migrations, InstantSource clock) {
    NativeLibrary.load();
    String url = "jdbc:sqlite:" + file;
    try {
      SqliteDatabase database = new SqliteDatabase(connect(url, use));
      database.write(connection -> Schema.bring(connection, migrations, Migration::sql, clock));
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
      statement.execute("PRAGMA page_size = " + use.pageBytes()); // of a file that is new
      statement.execute("PRAGMA journal_mode = WAL");
      statement.execute("PRAGMA synchronous = " + use.synchronous());
      statement.execute("PRAGMA wal_autocheckpoint = " + use.checkpointPages());
      statement.execute("PRAGMA foreign_keys = ON");
    }
    return connection;
  }

  @Override
  public boolean shared() {
    return false;
  }

  @Override
  public void copy(Path file) {
    read(
        connection -> {
          try (PreparedStatement copy = connection.prepareStatement("VACUUM INTO ?")) {
            copy.setString(1, file.toString());
            return copy.execute();
          }
        });
    try (Connection copy = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement check = copy.createStatement();
        ResultSet told = check.executeQuery("PRAGMA integrity_check")) {
      if (!told.next() || !told.getString(1).equals("ok")) {
        throw new StoreFailure("the copy " + file + " is not sound", null);
      }
    } catch (SQLException e) {
      throw new StoreFailure("cannot read the copy " + file + ": " + e.getMessage(), e);
    }
  }

  @Override
  public boolean alone(String job, Runnable work) {
    work.run();
    return true;
  }

  @Override
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

  @Override
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
