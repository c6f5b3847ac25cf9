package dev.fairlead.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.identity.Scope;
import dev.fairlead.money.Interval;
import dev.fairlead.money.Money;
import dev.fairlead.store.Database;
import dev.fairlead.store.FolderDisk;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several nodes that keep one set of books: what they spend together never passes a limit. */
abstract class SharedLedger {
  static final Scope KEY = new Scope(Scope.Kind.KEY, "k");
  private static final LeaseTerms TERMS =
      new LeaseTerms(
          Duration.ofSeconds(3),
          Duration.ofSeconds(1),
          1_000,
          Duration.ofMillis(200),
          Duration.ofMillis(2));

  @TempDir Path folder;
  volatile Instant now = Instant.parse("2026-11-27T12:00:00Z");
  private final InstantSource clock = () -> now;
  final List<Ledger> nodes = new ArrayList<>();
  private Database database;

  abstract Database database(InstantSource time);

  @BeforeEach
  void open() {
    database = database(clock);
    for (String name : List.of("a", "b", "c")) {
      nodes.add(node(name));
    }
  }

  @AfterEach
  void close() {
    nodes.forEach(Ledger::close);
    database.close();
  }

  private FolderDisk disk(String name) {
    return new FolderDisk(folder.resolve(name));
  }

  private Ledger node(String name) {
    return new Ledger(
        database,
        disk(name),
        clock,
        new Ledger.Sharing(name, TERMS, System::nanoTime, (node, epoch, sent) -> {}));
  }

  void budgets(Budget... budgets) {
    nodes.forEach(node -> node.replace(List.of(budgets)));
  }

  /** Waits, as a caller would, while a node asks for more. */
  static Held hold(Ledger node, String id, List<Scope> scopes, long asked)
      throws InterruptedException {
    long until = System.nanoTime() + Duration.ofSeconds(3).toNanos();
    while (true) {
      Held held = node.hold(id, scopes, new Money(asked));
      if (!(held instanceof Held.Asked(Held.Denied otherwise))) {
        return held;
      }
      if (System.nanoTime() > until) {
        return otherwise;
      }
      CountDownLatch heard = new CountDownLatch(1);
      node.whenHeard(heard::countDown);
      assertThat(heard.await(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  void settle(Ledger node, Hold hold, long cost) throws InterruptedException {
    CountDownLatch durable = new CountDownLatch(1);
    node.settle(hold, Settlements.of(hold, now, cost), Runnable::run, durable::countDown);
    assertThat(durable.await(30, TimeUnit.SECONDS)).isTrue();
  }

  private long sum(String sql) {
    return database.read(
        connection -> {
          try (Statement query = connection.createStatement();
              ResultSet row = query.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
          }
        });
  }

  static void eventually(BooleanSupplier what) throws InterruptedException {
    long until = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!what.getAsBoolean()) {
      assertThat(System.nanoTime() - until).isNegative();
      Thread.sleep(10);
    }
  }

  @Test
  void callersOfThreeNodesSpendALimitToItsEndAndNoFurther() throws Exception {
    long limit = 20_000_000;
    List<Scope> nested = new ArrayList<>();
    List<Budget> budgets = new ArrayList<>();
    for (Scope.Kind kind :
        List.of(
            Scope.Kind.ORGANIZATION,
            Scope.Kind.WORKSPACE,
            Scope.Kind.MEMBER,
            Scope.Kind.KEY,
            Scope.Kind.END_USER)) {
      Scope scope = new Scope(kind, "x");
      nested.add(scope);
      budgets.add(new Budget(scope, Interval.DAILY, new Money(limit)));
      budgets.add(new Budget(scope, Interval.LIFETIME, new Money(limit)));
    }
    budgets(budgets.toArray(Budget[]::new));
    AtomicLong spent = new AtomicLong();
    AtomicLong admitted = new AtomicLong();
    AtomicLong next = new AtomicLong();
    AtomicLong open = new AtomicLong();
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int caller = 0; caller < 256; caller++) {
        Random random = new Random(caller);
        Ledger node = nodes.get(caller % nodes.size());
        callers.submit(
            () -> {
              for (long n = next.getAndIncrement(); n < 10_000; n = next.getAndIncrement()) {
                long worst = 1 + random.nextInt(10_000);
                if (hold(node, "g" + n, nested, worst) instanceof Hold hold) {
                  open.incrementAndGet();
                  Settlement settlement = Settlements.of(hold, now, random.nextInt(12_000));
                  spent.addAndGet(settlement.charge().nanoUsd());
                  admitted.incrementAndGet();
                  node.settle(hold, settlement, Runnable::run, open::decrementAndGet);
                }
              }
              return true;
            });
      }
    }
    eventually(() -> open.get() == 0);
    for (Ledger node : nodes) {
      node.written();
    }
    assertThat(spent.get()).isLessThanOrEqualTo(limit).isGreaterThanOrEqualTo(limit * 99 / 100);
    assertThat(sum("SELECT count(*) FROM settlement")).isEqualTo(admitted.get());
    assertThat(sum("SELECT sum(charge) FROM settlement")).isEqualTo(spent.get());
    assertThat(sum("SELECT sum(nano) FROM spending WHERE kind = 'KEY'")).isEqualTo(spent.get());
    assertThat(sum("SELECT sum(nano) FROM posting")).isZero();
    for (Ledger node : nodes) {
      eventually(() -> node.standing(nested.get(3)).lifetime().nanoUsd() == spent.get());
      assertThat(node.standing(nested.get(3)).held()).isEqualTo(Money.ZERO);
    }
  }

  @Test
  void aRefusalKnowsWhatAllNodesHaveSpent() throws Exception {
    budgets(new Budget(KEY, Interval.LIFETIME, new Money(1_000)));
    settle(nodes.get(0), (Hold) hold(nodes.get(0), "1", List.of(KEY), 700), 700);
    nodes.get(0).written();
    eventually(() -> nodes.get(1).standing(KEY).lifetime().nanoUsd() == 700);
    assertThat(hold(nodes.get(1), "2", List.of(KEY), 400))
        .isInstanceOfSatisfying(
            Held.Denied.class,
            denied -> {
              assertThat(denied.spent()).isEqualTo(new Money(700));
              assertThat(denied.left()).isEqualTo(new Money(300));
            });
    assertThat(hold(nodes.get(2), "3", List.of(KEY), 300)).isInstanceOf(Hold.class);
  }

  @Test
  void aCallWaitsForWhatOthersKeepIdle() throws Exception {
    budgets(new Budget(KEY, Interval.LIFETIME, new Money(1_000)));
    for (Ledger node : nodes) {
      settle(node, (Hold) hold(node, "w" + nodes.indexOf(node), List.of(KEY), 1), 1);
    }
    assertThat(hold(nodes.get(2), "all", List.of(KEY), 997)).isInstanceOf(Hold.class);
  }

  @Test
  void aNodeThatIsGoneGivesItsLeaseBackWhenItsTimeIsOver() throws Exception {
    budgets(new Budget(KEY, Interval.LIFETIME, new Money(1_000)));
    new LeaseTable(database, TERMS, clock).begin("dead", "dead-1");
    new LeaseTable(database, TERMS, clock)
        .renew(
            new LeaseRequest(
                "dead",
                1,
                1,
                List.of(
                    new LeaseRequest.Line(
                        new BudgetPeriod(KEY, Interval.LIFETIME, 0), 0, 0, 900, 0))),
            java.util.Map.of(new BudgetPeriod(KEY, Interval.LIFETIME, 0), 1_000L));
    assertThat(sum("SELECT granted FROM lease WHERE node = 'dead'")).isEqualTo(900);
    eventually(() -> sum("SELECT count(*) FROM lease WHERE node = 'dead'") == 0);
    assertThat(hold(nodes.get(0), "all", List.of(KEY), 1_000)).isInstanceOf(Hold.class);
  }

  @Test
  void whatANodeLeftInItsLogIsPostedByAnotherAndItsLeaseComesBackAtOnce() throws Exception {
    budgets(new Budget(KEY, Interval.LIFETIME, new Money(1_000)));
    settle(nodes.get(0), (Hold) hold(nodes.get(0), "1", List.of(KEY), 600), 500);
    nodes.get(0).close();
    Settlement left = Settlements.of(new Hold("left", List.of(KEY), new Money(100), 0), now, 70);
    LeaseCharge charge =
        new LeaseCharge("left", "x", 1, List.of(new BudgetPeriod(KEY, Interval.LIFETIME, 0)), 70);
    FolderDisk disk = disk("x");
    dev.fairlead.store.AppendLog log =
        dev.fairlead.store.AppendLog.open(disk, "settlements-", 1 << 20);
    log.append(
        SettlementFrame.write(
            List.of(new Settled(left, List.of(KEY), 20_784, java.util.Optional.of(charge)))));
    log.close();
    nodes.get(1).adopt(disk("x"), "x");
    nodes.get(1).adopt(disk("x"), "x");
    assertThat(sum("SELECT sum(charge) FROM settlement")).isEqualTo(570);
    assertThat(sum("SELECT count(*) FROM settlement")).isEqualTo(2);
    eventually(() -> nodes.get(2).standing(KEY).lifetime().nanoUsd() == 570);
    assertThat(hold(nodes.get(2), "rest", List.of(KEY), 430)).isInstanceOf(Hold.class);
  }
}
