package dev.fairlead.route;

import dev.fairlead.store.Database;
import dev.fairlead.store.Migration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Nodes tell each other which endpoints want to be left alone: those whose breaker is open, and
 * those that have asked for a pause. Heard from others, an endpoint is asked later than its equals,
 * and never shut out: that is for each node's own breaker. Blocking; confined to one thread.
 */
public final class SharedHealth {
  public static final List<Migration> MIGRATIONS = HealthTable.MIGRATIONS;

  private final HealthTable table;
  private final String node;
  private final SignalBook signals;
  private final InstantSource clock;
  private Set<Trouble> told = Set.of();

  public SharedHealth(Database database, String node, SignalBook signals, InstantSource clock) {
    this.table = new HealthTable(database);
    this.node = node;
    this.signals = signals;
    this.clock = clock;
  }

  /** Tells what has changed, and hears what others say. */
  public void exchange() {
    Instant now = clock.instant();
    Set<Trouble> own = new HashSet<>(signals.troubles(now));
    if (!own.equals(told)) {
      table.replace(node, own);
      told = own;
    }
    signals.hear(table.others(node, now), now);
  }
}
