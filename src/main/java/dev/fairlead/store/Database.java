package dev.fairlead.store;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * What must outlive the process: a file of SQLite that belongs to one process, or a database of
 * PostgreSQL that any number of them share. What rooms write to it is SQL that both understand.
 * Blocking; never called on an event loop.
 */
public abstract sealed class Database implements AutoCloseable
    permits SqliteDatabase, PostgresDatabase, LateDatabase {
  /** What is kept in it, which decides how. */
  public enum Use {
    /** What must never be lost: a commit survives a loss of power. Rows are small. */
    BOOKS("FULL", 4_096, 1_000, 8),
    /**
     * What happened, written in large pieces: a commit survives a crash of the process, but a loss
     * of power may take the last ones. A piece of half a megabyte costs half as much in large
     * pages.
     */
    RECORDS("NORMAL", 32_768, 128, 4);

    private final String synchronous;
    private final int pageBytes;
    private final int checkpointPages;
    private final int connections;

    Use(String synchronous, int pageBytes, int checkpointPages, int connections) {
      this.synchronous = synchronous;
      this.pageBytes = pageBytes;
      this.checkpointPages = checkpointPages;
      this.connections = connections;
    }

    String synchronous() {
      return synchronous;
    }

    int pageBytes() {
      return pageBytes;
    }

    int checkpointPages() {
      return checkpointPages;
    }

    int connections() {
      return connections;
    }
  }

  /** Something done with a connection. */
  @FunctionalInterface
  public interface Work<T> {
    T run(Connection connection) throws SQLException;
  }

  /** Opens or makes a file, and brings its schema up to date. */
  public static Database open(Path file, Use use, List<Migration> migrations, InstantSource clock) {
    return SqliteDatabase.of(file, use, migrations, clock);
  }

  /**
   * Opens a database of PostgreSQL, and brings its schema up to date.
   *
   * @param url as its driver takes it, {@code jdbc:postgresql://host/name?user=…}
   */
  public static Database open(
      String url, Use use, List<Migration> migrations, InstantSource clock) {
    return PostgresDatabase.of(url, use, migrations, clock);
  }

  /**
   * Opens a database of PostgreSQL also while nothing answers there, where some of it was copied
   * before: of {@link Use#BOOKS} that is read until it does.
   *
   * @param stead the copy, a file of SQLite with the same schema; perhaps not there
   */
  public static Database open(
      String url, Use use, List<Migration> migrations, InstantSource clock, Path stead) {
    try {
      return open(url, use, migrations, clock);
    } catch (StoreFailure e) {
      if (!Files.exists(stead) || !PostgresDatabase.isUnreachable(e)) {
        throw e;
      }
      Optional<Database> copy = Optional.empty();
      if (use == Use.BOOKS) {
        try {
          copy = Optional.of(open(stead, use, migrations, clock));
        } catch (StoreFailure damaged) { // or of an older version, whose schema cannot follow
          e.addSuppressed(damaged);
          throw e;
        }
      }
      return new LateDatabase(() -> PostgresDatabase.of(url, use, migrations, clock), copy);
    }
  }

  /** One of PostgreSQL that is known not to answer now: it is opened as soon as it does. */
  public static Database later(
      String url, Use use, List<Migration> migrations, InstantSource clock) {
    return new LateDatabase(
        () -> PostgresDatabase.of(url, use, migrations, clock), Optional.empty());
  }

  /** An address without what nobody else may see; a folder as it is. */
  public static String told(String where) {
    return where.replaceFirst("\\?.*", "").replaceFirst("//[^/@]*@", "//");
  }

  /** False while a shared one was not there yet since the start. */
  public boolean hasAnswered() {
    return true;
  }

  /** True when other processes may write, too. */
  public abstract boolean shared();

  /**
   * Runs in one transaction; whatever is thrown rolls it back. Of books it is alone among writers,
   * of all processes.
   */
  public abstract <T> T write(Work<T> work);

  /** Runs beside writers, on what was committed last. */
  public abstract <T> T read(Work<T> work);

  /**
   * Does a job unless another process is just at it.
   *
   * @return false when one is
   */
  public abstract boolean alone(String job, Runnable work);

  /**
   * Writes a copy as it stands now to a file that is not there yet, and looks whether it is sound.
   */
  public abstract void copy(Path file);

  @Override
  public abstract void close();
}
