package dev.fairlead.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.money.Interval;
import dev.fairlead.money.Money;
import dev.fairlead.store.Database;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;

/** On a file, as three nodes of one process; and what needs a clock of the test's own. */
final class SharedLedgerTest extends SharedLedger {
  @Override
  Database database(InstantSource time) {
    return Database.open(folder.resolve("books.db"), Database.Use.BOOKS, Ledger.MIGRATIONS, time);
  }

  @Test
  void aNewDayIsANewPeriodForAllNodes() throws Exception {
    budgets(new Budget(KEY, Interval.DAILY, new Money(1_000)));
    settle(nodes.get(0), (Hold) hold(nodes.get(0), "1", List.of(KEY), 1_000), 1_000);
    assertThat(hold(nodes.get(1), "2", List.of(KEY), 1)).isInstanceOf(Held.Denied.class);
    now = now.plus(Duration.ofDays(1));
    eventually(
        () -> {
          Held held = nodes.get(1).hold("3-" + System.nanoTime(), List.of(KEY), new Money(600));
          return held instanceof Hold;
        });
    assertThat(nodes.get(1).standing(KEY).spent(Interval.DAILY)).isEqualTo(Money.ZERO);
    nodes.get(0).written();
    assertThat(nodes.get(1).standing(KEY).lifetime()).isEqualTo(new Money(1_000));
  }
}
