package dev.fairlead.store;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A shared database that was not there at the start. Until it answers for the first time, what was
 * copied of it before is read, and nothing is written. A thread of its own tries.
 */
final class LateDatabase extends Database {
  private static final System.Logger LOG = System.getLogger("fairlead.store");
  private static final Duration PAUSE = Duration.ofMillis(500);

  private final Supplier<PostgresDatabase> opening;
  private final Optional<Database> stead;
  private final Thread thread;
  private volatile @Nullable PostgresDatabase there;
  private volatile boolean closing;

  /**
   * @param opening throws while it is not there
   * @param stead a copy of some of its tables
   */
  LateDatabase(Supplier<PostgresDatabase> opening, Optional<Database> stead) {
    this.opening = opening;
    this.stead = stead;
    this.thread = Thread.ofPlatform().name("database").daemon(true).start(this::run);
  }

  private void run() {
    String last = "";
    while (!closing) {
      try {
        Thread.sleep(PAUSE);
        there = opening.get();
        stead.ifPresent(Database::close);
        LOG.log(System.Logger.Level.INFO, "the database is there");
        return;
      } catch (StoreFailure e) {
        String why = String.valueOf(e.getMessage());
        if (!why.equals(last)) {
          LOG.log(System.Logger.Level.WARNING, "the database is not there yet: " + why);
        }
        last = why;
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private PostgresDatabase there() {
    PostgresDatabase opened = there;
    if (opened == null) {
      throw new StoreFailure("the database has not answered since the start", null);
    }
    return opened;
  }

  @Override
  public boolean hasAnswered() {
    return there != null;
  }

  @Override
  public boolean shared() {
    return true;
  }

  @Override
  public <T> T write(Work<T> work) {
    return there().write(work);
  }

  @Override
  public <T> T read(Work<T> work) {
    return stead.isPresent() && !hasAnswered() ? stead.get().read(work) : there().read(work);
  }

  @Override
  public boolean alone(String job, Runnable work) {
    return there().alone(job, work);
  }

  @Override
  public void copy(Path file) {
    there().copy(file);
  }

  Connection connection() throws SQLException {
    return there().connection();
  }

  @Override
  public void close() {
    closing = true;
    thread.interrupt();
    try {
      thread.join(Duration.ofSeconds(10));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    PostgresDatabase opened = there;
    if (opened != null) {
      opened.close();
    } else {
      stead.ifPresent(Database::close);
    }
  }
}
