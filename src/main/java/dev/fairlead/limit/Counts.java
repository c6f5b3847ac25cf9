package dev.fairlead.limit;

import dev.fairlead.config.Per;
import dev.fairlead.store.Database;
import dev.fairlead.store.Migration;
import dev.fairlead.store.StoreFailure;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Keeps what counts in the long windows, so that a limit for an hour or a day does not begin anew
 * with the process. Of a gateway that has its data for itself; several share their limits, and know
 * of each other. What was counted in the last moments before a process is killed is forgotten.
 */
public final class Counts {
  public static final List<Migration> MIGRATIONS = CountTable.MIGRATIONS;

  private static final Duration BETWEEN = Duration.ofSeconds(2);

  /** Nothing counts for longer. */
  private static final Duration LONGEST = Per.DAY.length().multipliedBy(2);

  private final Limiter limiter;
  private final CountTable table;
  private final InstantSource clock;

  /**
   * A clock that never goes back and begins with the wall's, so that one process can tell when
   * another has counted something.
   */
  public static LongSupplier clock(InstantSource wall, LongSupplier nanos) {
    Instant now = wall.instant();
    long begin = now.getEpochSecond() * 1_000_000_000L + now.getNano() - nanos.getAsLong();
    return () -> begin + nanos.getAsLong();
  }

  /**
   * Takes up what was kept, before anybody is let in. Blocking.
   *
   * @param limiter whose clock is such a one
   */
  public Counts(Limiter limiter, Database database, InstantSource clock) {
    this.limiter = limiter;
    this.table = new CountTable(database);
    this.clock = clock;
    limiter.restore(table.since(clock.instant().minus(LONGEST)));
  }

  /**
   * Writes down what has changed. Blocking.
   *
   * @return until the next time
   */
  public Duration save() {
    List<Count> changed = limiter.changed();
    Instant now = clock.instant();
    if (!changed.isEmpty()) {
      try {
        table.put(changed, now);
      } catch (StoreFailure e) {
        limiter.unsaved(changed);
        System.getLogger("fairlead.limits")
            .log(System.Logger.Level.WARNING, "limits are not kept now: " + e.getMessage());
      }
    }
    return BETWEEN;
  }
}
