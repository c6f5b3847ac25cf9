package dev.fairlead.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.identity.Scope;
import dev.fairlead.money.Interval;
import dev.fairlead.money.Money;
import dev.fairlead.store.Database;
import dev.fairlead.store.SimulatedDisk;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The disk fails at any step, or loses its power: what was acknowledged stands in the books. */
final class LedgerCrashTest {
  private static final Scope KEY = new Scope(Scope.Kind.KEY, "k");
  private static final Scope WORKSPACE = new Scope(Scope.Kind.WORKSPACE, "w");
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-11-27T12:00:00Z"));
  private static final Money AMOUNT = new Money(1_000);

  @TempDir Path folder;

  /** One run of a ledger, and what it has acknowledged. */
  private final class Run {
    final Database database;
    final Ledger ledger;
    final Map<String, Long> acknowledged = new ConcurrentHashMap<>();
    final List<String> settled = new ArrayList<>();

    Run(String name, SimulatedDisk disk) {
      database = Database.open(folder.resolve(name), Database.Use.BOOKS, Ledger.MIGRATIONS, CLOCK);
      ledger = new Ledger(database, disk, CLOCK);
      ledger.replace(List.of(new Budget(KEY, Interval.LIFETIME, new Money(1_000_000))));
    }

    /** False when the ledger refuses, because its books cannot be written. */
    boolean settle(String id, long charge) {
      if (!(ledger.hold(id, List.of(KEY, WORKSPACE), AMOUNT) instanceof Hold hold)) {
        return false;
      }
      settled.add(id);
      Settlement settlement = Settlements.of(hold, CLOCK.instant(), charge);
      ledger.settle(hold, settlement, Runnable::run, () -> acknowledged.put(id, charge));
      return true;
    }

    /** Waits until all is acknowledged, or the ledger says that it cannot. */
    boolean done() {
      while (acknowledged.size() < settled.size()) {
        if (!ledger.writable()) {
          return false;
        }
        LockSupport.parkNanos(100_000);
      }
      return true;
    }

    /** The process ends without having posted what stands in the log. */
    void crash() {
      sql("ALTER TABLE settlement RENAME TO away");
      ledger.close();
      sql("ALTER TABLE away RENAME TO settlement");
      database.close();
    }

    void sql(String change) {
      database.write(
          connection -> {
            try (Statement statement = connection.createStatement()) {
              return statement.execute(change);
            }
          });
    }

    long number(String question) {
      return database.read(
          connection -> {
            try (Statement query = connection.createStatement();
                ResultSet row = query.executeQuery(question)) {
              row.next();
              return row.getLong(1);
            }
          });
    }

    void close() {
      ledger.close();
      database.close();
    }
  }

  /**
   * All that was acknowledged is there, once; whatever else is there is whole; the books balance.
   */
  private void check(String name, SimulatedDisk disk, Run before, String what) {
    Run after = new Run(name, disk);
    before.acknowledged.forEach(
        (id, charge) ->
            assertThat(after.number("SELECT sum(charge) FROM settlement WHERE id = '" + id + "'"))
                .as(what + ", " + id)
                .isEqualTo(charge));
    long count = after.number("SELECT count(*) FROM settlement");
    assertThat(count)
        .as(what)
        .isBetween((long) before.acknowledged.size(), (long) before.settled.size());
    long all = after.number("SELECT coalesce(sum(charge), 0) FROM settlement");
    assertThat(after.number("SELECT coalesce(sum(nano), 0) FROM posting")).as(what).isZero();
    assertThat(after.number("SELECT coalesce(sum(nano), 0) FROM spending WHERE kind = 'KEY'"))
        .as(what)
        .isEqualTo(all);
    assertThat(after.ledger.standing(KEY).lifetime()).as(what).isEqualTo(new Money(all));
    assertThat(after.ledger.standing(KEY).held()).as(what).isEqualTo(Money.ZERO);
    assertThat(after.settle("one more", 5)).as(what).isTrue();
    assertThat(after.done()).as(what).isTrue();
    after.close();
  }

  @Test
  void powerLossTakesNothingThatWasAcknowledged() {
    int lost = 0;
    for (int seed = 0; seed < 60; seed++) {
      Random random = new Random(seed);
      SimulatedDisk disk = new SimulatedDisk();
      String name = "power-" + seed;
      Run run = new Run(name, disk);
      disk.failAt(disk.steps() + 1 + random.nextInt(40), true);
      for (int i = 0; i < 200 && run.settle("g" + i, 1 + random.nextInt(1_000)); i++) {
        if (random.nextInt(3) == 0 && !run.done()) {
          break;
        }
      }
      disk.powerOff();
      run.crash();
      lost += run.settled.size() - run.acknowledged.size();
      check(name, disk.afterPowerLoss(random), run, "seed " + seed);
    }
    assertThat(lost).as("settlements that were under way").isPositive();
  }

  @Test
  void anySingleFailureOfTheDiskIsSurvived() {
    for (int step = 1; step <= 30; step++) {
      SimulatedDisk disk = new SimulatedDisk();
      String name = "once-" + step;
      Run run = new Run(name, disk);
      disk.failAt(disk.steps() + step, false);
      int settled = 0;
      while (settled < 20) {
        if (run.settle("g" + settled, 7)) {
          settled++;
        }
        while (!run.done()) {
          LockSupport.parkNanos(1_000_000); // it tries again by itself
        }
      }
      assertThat(run.acknowledged).as("step " + step).hasSize(20);
      run.crash();
      check(name, disk.afterPowerLoss(new Random(step)), run, "step " + step);
    }
  }

  @Test
  void whileTheDiskIsAwayNothingThatCostsIsBegun() {
    SimulatedDisk disk = new SimulatedDisk();
    Run run = new Run("away", disk);
    disk.powerOff();
    assertThat(run.settle("g0", 7)).isTrue();
    assertThat(run.done()).isFalse();
    assertThat(run.ledger.hold("g1", List.of(KEY), AMOUNT)).isInstanceOf(Held.Unavailable.class);
    assertThat(run.ledger.hold("g2", List.of(KEY), Money.ZERO)).isInstanceOf(Hold.class);
    assertThat(run.acknowledged).isEmpty();
    disk.failAt(Long.MAX_VALUE, false);
    while (!run.done()) {
      LockSupport.parkNanos(1_000_000);
    }
    assertThat(run.ledger.hold("g3", List.of(KEY), AMOUNT)).isInstanceOf(Hold.class);
    assertThat(run.acknowledged).containsEntry("g0", 7L);
    run.close();
  }
}
