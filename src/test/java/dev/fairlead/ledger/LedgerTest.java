package dev.fairlead.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.identity.Scope;
import dev.fairlead.money.Interval;
import dev.fairlead.money.Money;
import dev.fairlead.store.Database;
import dev.fairlead.store.FolderDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is spent never passes a limit, is never lost, and the books say the same. */
class LedgerTest {
  private static final Scope KEY = new Scope(Scope.Kind.KEY, "k");
  private static final Scope WORKSPACE = new Scope(Scope.Kind.WORKSPACE, "w");
  private static final List<Scope> BOTH = List.of(WORKSPACE, KEY);

  @TempDir Path folder;
  private volatile Instant now = Instant.parse("2026-11-27T12:00:00Z");
  private final InstantSource clock = () -> now;
  private Database database;
  private Ledger ledger;

  Database database(InstantSource time) {
    return Database.open(folder.resolve("books.db"), Database.Use.BOOKS, Ledger.MIGRATIONS, time);
  }

  @BeforeEach
  void open() {
    database = database(clock);
    ledger = new Ledger(database, new FolderDisk(folder.resolve("log")), clock);
  }

  @AfterEach
  void close() {
    ledger.close();
    database.close();
  }

  private void again() {
    close();
    open();
  }

  private static Money usd(String amount) {
    return Money.ofUsd(new java.math.BigDecimal(amount));
  }

  private Hold held(String id, Money amount) {
    return (Hold) ledger.hold(id, BOTH, amount);
  }

  private void settle(Hold hold, long cost) {
    CountDownLatch durable = new CountDownLatch(1);
    ledger.settle(hold, Settlements.of(hold, now, cost), Runnable::run, durable::countDown);
    try {
      assertThat(durable.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private long sum(String sql) {
    ledger.written();
    return database.read(
        connection -> {
          try (Statement query = connection.createStatement();
              ResultSet row = query.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
          }
        });
  }

  @Test
  void manyCallersAtOnceNeverSpendMoreThanTheLimitOfAnyScope() throws Exception {
    long limit = 20_000_000;
    List<Scope> nested = new ArrayList<>();
    for (Scope.Kind kind :
        List.of(
            Scope.Kind.ORGANIZATION,
            Scope.Kind.WORKSPACE,
            Scope.Kind.MEMBER,
            Scope.Kind.KEY,
            Scope.Kind.END_USER)) {
      nested.add(new Scope(kind, "x"));
    }
    List<Budget> budgets = new ArrayList<>();
    for (Scope scope : nested) {
      for (Interval interval : Interval.values()) {
        budgets.add(new Budget(scope, interval, new Money(limit)));
      }
    }
    ledger.replace(budgets);
    AtomicLong spent = new AtomicLong();
    AtomicLong admitted = new AtomicLong();
    AtomicLong next = new AtomicLong();
    CountDownLatch durable = new CountDownLatch(1);
    AtomicLong waiting = new AtomicLong(1);
    try (ExecutorService callers = Executors.newFixedThreadPool(256)) {
      for (int caller = 0; caller < 256; caller++) {
        Random random = new Random(caller);
        callers.execute(
            () -> {
              while (true) {
                long n = next.getAndIncrement();
                if (n >= 10_000) {
                  return;
                }
                long worst = 1 + random.nextInt(10_000);
                if (ledger.hold("g" + n, nested, new Money(worst)) instanceof Hold hold) {
                  Standing during = ledger.standing(nested.get(0));
                  assertThat(during.lifetime().plus(during.held()).nanoUsd())
                      .isBetween(worst, limit);
                  long cost = random.nextInt(12_000);
                  Settlement settlement = Settlements.of(hold, now, cost);
                  spent.addAndGet(settlement.charge().nanoUsd());
                  admitted.incrementAndGet();
                  waiting.incrementAndGet();
                  ledger.settle(
                      hold,
                      settlement,
                      Runnable::run,
                      () -> {
                        if (waiting.decrementAndGet() == 0) {
                          durable.countDown();
                        }
                      });
                }
              }
            });
      }
    }
    if (waiting.decrementAndGet() == 0) {
      durable.countDown();
    }
    assertThat(durable.await(60, TimeUnit.SECONDS)).isTrue();
    assertThat(spent.get()).isLessThanOrEqualTo(limit).isGreaterThanOrEqualTo(limit * 99 / 100);
    for (Scope scope : nested) {
      Standing end = ledger.standing(scope);
      assertThat(end.lifetime().nanoUsd()).isEqualTo(spent.get());
      assertThat(end.held()).isEqualTo(Money.ZERO);
    }
    ledger.close();
    assertThat(sum("SELECT count(*) FROM settlement")).isEqualTo(admitted.get());
    assertThat(sum("SELECT sum(charge) FROM settlement")).isEqualTo(spent.get());
    assertThat(sum("SELECT sum(nano) FROM spending WHERE kind = 'KEY'")).isEqualTo(spent.get());
    assertThat(sum("SELECT sum(nano) FROM posting")).isZero();
    assertThat(sum("SELECT -sum(nano) FROM posting WHERE account LIKE 'customer:%'"))
        .isEqualTo(spent.get());
    assertThat(sum("SELECT -sum(nano) FROM posting WHERE account = 'operator:absorbed'"))
        .isEqualTo(sum("SELECT sum(absorbed) FROM settlement"));
    assertThat(
            sum(
                "SELECT count(*) FROM (SELECT entry FROM posting GROUP BY entry HAVING sum(nano) <>"
                    + " 0)"))
        .isZero();
  }

  /** The ledger, beside the simplest thing that could keep such books. */
  @Test
  void randomLivesOfHoldsComeToWhatASimpleModelSays() {
    for (int seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      Scope key = new Scope(Scope.Kind.KEY, "k" + seed);
      long limit = 1_000;
      ledger.replace(List.of(new Budget(key, Interval.DAILY, new Money(limit))));
      Map<Hold, Long> open = new HashMap<>();
      long spent = 0;
      long heldNow = 0;
      List<Hold> ended = new ArrayList<>();
      for (int step = 0; step < 5_000; step++) {
        switch (random.nextInt(6)) {
          case 0, 1, 2 -> {
            long amount = random.nextInt(120);
            Held held = ledger.hold("s" + seed + "-" + step, List.of(key), new Money(amount));
            boolean fits = amount == 0 || spent + heldNow + amount <= limit;
            assertThat(held instanceof Hold).as("seed %s step %s", seed, step).isEqualTo(fits);
            if (held instanceof Hold hold) {
              open.put(hold, amount);
              heldNow += amount;
            } else if (held instanceof Held.Denied denied) {
              assertThat(denied.spent().nanoUsd()).isEqualTo(spent);
              assertThat(denied.held().nanoUsd()).isEqualTo(heldNow);
            }
          }
          case 3 -> {
            if (!open.isEmpty()) {
              Hold hold = open.keySet().iterator().next();
              long amount = open.remove(hold);
              long cost = random.nextInt(20);
              ledger.settle(hold, Settlements.of(hold, now, cost));
              heldNow -= amount;
              spent += Math.min(cost, amount);
              ended.add(hold);
            }
          }
          case 4 -> {
            if (!open.isEmpty()) {
              Hold hold = open.keySet().iterator().next();
              heldNow -= open.remove(hold);
              ledger.release(hold);
              ended.add(hold);
            }
          }
          default -> {
            if (!ended.isEmpty()) { // whoever ends a hold again changes nothing
              Hold hold = ended.get(random.nextInt(ended.size()));
              ledger.release(hold);
              ledger.settle(hold, Settlements.of(hold, now, 7));
            }
          }
        }
        if (step % 1_000 == 999) { // the next day: what was spent is forgotten, what is held stays
          now = now.plusSeconds(86_400); // with the day that it was admitted on
          spent = 0;
          heldNow = 0;
          for (Hold hold : open.keySet()) {
            ledger.release(hold);
          }
          open.clear();
        }
      }
      open.keySet().forEach(ledger::release);
    }
  }

  @Test
  void whatWasSettledIsThereAfterARestart() {
    settle(held("g1", usd("1")), 250_000_000);
    settle(held("g2", usd("0.1")), 500_000_000);
    Hold open = held("g3", usd("1"));
    assertThat(ledger.standing(KEY).held()).isEqualTo(open.amount());
    again();
    Standing after = ledger.standing(KEY);
    assertThat(after.lifetime()).isEqualTo(usd("0.35"));
    assertThat(after.thisMonth()).isEqualTo(usd("0.35"));
    assertThat(after.held()).isEqualTo(Money.ZERO);
    assertThat(ledger.standing(WORKSPACE).lifetime()).isEqualTo(usd("0.35"));
    assertThat(sum("SELECT absorbed FROM settlement WHERE id = 'g2'")).isEqualTo(400_000_000);
  }

  @Test
  void spendingBelongsToTheDayOfItsAdmission() {
    ledger.replace(List.of(new Budget(KEY, Interval.DAILY, usd("1"))));
    now = Instant.parse("2026-11-30T23:59:59Z"); // a Monday, and the last of its month
    settle(held("g0", usd("0.3")), 300_000_000);
    Hold late = held("g1", usd("0.7"));
    assertThat(ledger.hold("g2", BOTH, usd("0.5"))).isInstanceOf(Held.Denied.class);
    now = Instant.parse("2026-12-01T00:00:01Z");
    Hold fresh = held("g3", usd("1"));
    settle(late, 600_000_000);
    Standing standing = ledger.standing(KEY);
    assertThat(standing.today()).isEqualTo(Money.ZERO);
    assertThat(standing.thisMonth()).isEqualTo(Money.ZERO);
    assertThat(standing.thisWeek()).isEqualTo(usd("0.9"));
    assertThat(standing.lifetime()).isEqualTo(usd("0.9"));
    ledger.release(fresh);
    again();
    assertThat(ledger.standing(KEY)).isEqualTo(standing(standing));
  }

  private static Standing standing(Standing before) {
    return new Standing(
        before.lifetime(), before.today(), before.thisWeek(), before.thisMonth(), Money.ZERO);
  }

  @Test
  void aClockThatGoesBackGivesNothingAgain() {
    ledger.replace(List.of(new Budget(KEY, Interval.DAILY, usd("1"))));
    settle(held("g1", usd("1")), 1_000_000_000);
    now = now.minusSeconds(3 * 86_400);
    assertThat(ledger.hold("g2", BOTH, usd("0.01"))).isInstanceOf(Held.Denied.class);
    again();
    ledger.replace(List.of(new Budget(KEY, Interval.DAILY, usd("1"))));
    assertThat(ledger.hold("g3", BOTH, usd("0.01"))).isInstanceOf(Held.Denied.class);
  }

  @Test
  void aLimitThatIsLoweredStopsWhatIsNewAndSparesWhatIsFree() {
    settle(held("g1", usd("1")), 1_000_000_000);
    ledger.replace(List.of(new Budget(KEY, Interval.LIFETIME, usd("0.5"))));
    assertThat(ledger.hold("g2", BOTH, new Money(1)))
        .isInstanceOfSatisfying(
            Held.Denied.class,
            denied -> {
              assertThat(denied.left()).isEqualTo(Money.ZERO);
              assertThat(denied.inFlight()).isFalse();
            });
    assertThat(ledger.hold("g3", BOTH, Money.ZERO)).isInstanceOf(Hold.class);
  }

  @Test
  void aRefusalByOneScopeHoldsNothingInAnother() {
    ledger.replace(List.of(new Budget(KEY, Interval.DAILY, usd("1"))));
    assertThat(ledger.hold("g1", BOTH, usd("2"))).isInstanceOf(Held.Denied.class);
    assertThat(ledger.standing(WORKSPACE).held()).isEqualTo(Money.ZERO);
  }

  @Test
  void aScopeThatIsNamedTwiceIsChargedOnce() {
    Hold hold = (Hold) ledger.hold("g1", List.of(KEY, WORKSPACE, KEY), usd("1"));
    assertThat(ledger.standing(KEY).held()).isEqualTo(usd("1"));
    settle(hold, 100);
    assertThat(ledger.standing(KEY).lifetime()).isEqualTo(new Money(100));
    assertThat(sum("SELECT nano FROM spending WHERE kind = 'KEY'")).isEqualTo(100);
  }

  @Test
  void theSameSettlementCountsOnceInTheBooks() {
    Hold hold = held("twice", usd("1"));
    settle(hold, 100);
    LedgerTable table = new LedgerTable(database);
    table.insert(List.of(new Settled(Settlements.of(hold, now, 100), hold.scopes(), hold.day())));
    assertThat(sum("SELECT count(*) FROM settlement")).isEqualTo(1);
    assertThat(sum("SELECT nano FROM spending WHERE kind = 'KEY'")).isEqualTo(100);
    assertThat(sum("SELECT sum(nano) FROM posting WHERE account = 'provider:p'")).isEqualTo(100);
  }

  @Test
  void whatWasUnderWayWhenAProcessDiedIsBookedOnceAndChargedToNobody() throws IOException {
    ledger.underWay(Settlements.lost("gen-a#1", now, 40));
    ledger.underWay(Settlements.lost("gen-a#1", now, 70)); // it has come further
    ledger.underWay(Settlements.lost("gen-b#1", now, 50));
    for (int i = 0; i < 1_200; i++) { // the log goes on in other files, and lets the first go
      settle(held("x" + i, usd("0.001")), 1);
    }
    settle(held("gen-b", usd("1")), 60);
    ledger.underWay(Settlements.lost("gen-c#1", now, 30));
    ledger.lose(Settlements.lost("gen-c#1", now, 30).nothing());
    settle(held("last", usd("1")), 1);
    ledger.written();
    assertThat(sum("SELECT count(*) FROM settlement WHERE lost = 1")).isEqualTo(1);
    assertThat(sum("SELECT cost FROM settlement WHERE id = 'gen-c#1'")).isZero();

    Path left = Files.createDirectory(folder.resolve("left"));
    FolderDisk log = new FolderDisk(folder.resolve("log"));
    for (String name : log.names()) {
      Files.write(left.resolve(name), log.read(name));
    }
    for (int life = 0; life < 2; life++) {
      new Ledger(database, new FolderDisk(left), clock).close();
      assertThat(sum("SELECT count(*) FROM settlement WHERE lost = 1")).isEqualTo(2);
      assertThat(sum("SELECT cost FROM settlement WHERE id = 'gen-a#1'")).isEqualTo(70);
      assertThat(sum("SELECT charge FROM settlement WHERE id = 'gen-a#1'")).isZero();
      assertThat(sum("SELECT nano FROM spending WHERE kind = 'KEY'")).isEqualTo(1_261);
      assertThat(sum("SELECT sum(nano) FROM posting")).isZero();
    }
  }

  @Test
  void settlementsAreDurableWhileTheBooksCannotBeWritten() {
    settle(held("before", usd("1")), 1);
    ledger.written();
    rename("settlement", "away");
    for (int i = 0; i < 200; i++) {
      settle(held("g" + i, usd("0.001")), 1);
    }
    rename("away", "settlement");
    ledger.written();
    assertThat(sum("SELECT count(*) FROM settlement")).isEqualTo(201);
  }

  private void rename(String table, String name) {
    database.write(
        connection -> {
          try (Statement statement = connection.createStatement()) {
            return statement.execute("ALTER TABLE " + table + " RENAME TO " + name);
          }
        });
  }

  @Test
  void whoeverCannotBeToldStopsNobodyElse() {
    Hold first = held("g1", usd("1"));
    ledger.settle(
        first,
        Settlements.of(first, now, 100),
        Runnable::run,
        () -> {
          throw new IllegalStateException("its loop has ended");
        });
    settle(held("g2", usd("1")), 100);
    assertThat(sum("SELECT count(*) FROM settlement")).isEqualTo(2);
  }

  @Test
  void countsBeyondAllSenseChargeTheHoldAndBreakNoSum() {
    for (int i = 0; i < 20; i++) {
      Hold hold = held("absurd" + i, usd("0.01"));
      Settlement absurd =
          Settlements.of(hold, now, Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE, -7);
      ledger.settle(hold, absurd);
    }
    Activity all =
        ledger
            .activity(
                LocalDate.of(2026, 11, 27),
                LocalDate.of(2026, 11, 28),
                new Activity.Of("default", Optional.empty(), Optional.of("k")),
                false)
            .getFirst();
    assertThat(all.usage()).isEqualTo(usd("0.2"));
    assertThat(all.requests()).isEqualTo(20);
    assertThat(all.prompt()).isPositive();
    assertThat(all.reasoning()).isZero();
    assertThat(sum("SELECT sum(nano) FROM posting")).isZero();
    assertThat(ledger.writable()).isTrue();
  }

  @Test
  void rowsOfTheBooksAreOnlyEverAdded() {
    settle(held("g1", usd("1")), 100);
    for (String change :
        List.of(
            "UPDATE settlement SET charge = 0",
            "DELETE FROM settlement",
            "UPDATE posting SET nano = 0",
            "DELETE FROM posting")) {
      ledger.written();
      String said =
          database.read(
              connection -> {
                try (Statement statement = connection.createStatement()) {
                  statement.execute(change);
                  return "done";
                } catch (SQLException e) {
                  return String.valueOf(e.getMessage());
                }
              });
      assertThat(said).contains("only ever added");
    }
  }

  @Test
  void whatOwnCredentialsCostIsSummedUpApartAndKept() {
    Hold hold = held("own", Money.ZERO);
    ledger.settle(hold, Settlements.own(hold, now, 70));
    for (int i = 0; i < 2; i++) {
      assertThat(ledger.own(KEY))
          .isEqualTo(
              new Standing(new Money(70), new Money(70), new Money(70), new Money(70), Money.ZERO));
      assertThat(ledger.standing(KEY).lifetime()).isEqualTo(Money.ZERO);
      again();
    }
    now = now.plus(java.time.Duration.ofDays(1));
    assertThat(ledger.own(KEY).today()).isEqualTo(Money.ZERO);
    assertThat(ledger.own(KEY).lifetime()).isEqualTo(new Money(70));
    assertThat(ledger.own(new Scope(Scope.Kind.KEY, "other"))).isEqualTo(Standing.NOTHING);
  }

  @Test
  void whileTheBooksAreAwayTheLogKeepsWhatIsSettled() {
    Hold hold = held("g1", usd("1"));
    database.write(
        connection -> {
          try (Statement statement = connection.createStatement()) {
            return statement.execute("ALTER TABLE settlement RENAME TO away");
          }
        });
    settle(hold, 100);
    assertThat(ledger.standing(KEY).lifetime()).isEqualTo(new Money(100));
    ledger.close();
    database.write(
        connection -> {
          try (Statement statement = connection.createStatement()) {
            return statement.execute("ALTER TABLE away RENAME TO settlement");
          }
        });
    again();
    assertThat(sum("SELECT charge FROM settlement WHERE id = 'g1'")).isEqualTo(100);
    assertThat(ledger.standing(KEY).lifetime()).isEqualTo(new Money(100));
  }
}
