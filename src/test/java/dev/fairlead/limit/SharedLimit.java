package dev.fairlead.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.config.Measure;
import dev.fairlead.config.Per;
import dev.fairlead.identity.Scope;
import dev.fairlead.ledger.LeaseTerms;
import dev.fairlead.ledger.Ledger;
import dev.fairlead.money.Money;
import dev.fairlead.store.Database;
import dev.fairlead.store.FolderDisk;
import dev.fairlead.store.Migration;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Limits that several nodes share: together they never let in more than one node would. */
abstract class SharedLimit {
  /** A minute of the nodes' clock passes in three seconds. */
  private static final long SPEED = 20;

  private static final Scope KEY = new Scope(Scope.Kind.KEY, "k");
  private static final Rule RPM =
      new Rule(
          "rpm", Scope.Kind.KEY, Set.of(), Measure.REQUESTS, 100, Optional.of(Per.MINUTE), false);
  private static final Demand ONE = new Demand(new Consumption(1, 1, Money.ZERO), false);

  /** A node, and the time at which its limiter let the calling thread in. */
  private final class Node {
    private final ThreadLocal<Long> read = new ThreadLocal<>();
    private final LongSupplier nanos =
        () -> {
          long now = System.nanoTime() * SPEED;
          read.set(now);
          return now;
        };
    private final Limiter limiter = new Limiter(Scope::id, nanos);
    private final Ledger ledger;

    Node(String name, Rule rule) {
      limiter.replace(List.of(rule));
      LeaseTerms terms =
          new LeaseTerms(
              Duration.ofSeconds(60),
              Duration.ofSeconds(20),
              1_000,
              Duration.ofSeconds(2),
              Duration.ofMillis(40));
      Shares shares = new Shares(database, terms.term(), terms.hold());
      limiter.share(shares);
      ledger =
          new Ledger(
              database,
              new FolderDisk(folder.resolve(name)),
              InstantSource.system(),
              new Ledger.Sharing(
                  name,
                  terms,
                  nanos,
                  (node, epoch, sent) -> shares.beat(limiter, node, epoch, sent)));
    }

    /** As a caller would, who waits for the node to hear. */
    Admission admit() throws InterruptedException {
      long until = System.nanoTime() + Duration.ofSeconds(3).toNanos();
      while (true) {
        Admission admission = limiter.admit(List.of(KEY), ONE);
        if (!(admission instanceof Admission.Awaited(Limited otherwise))) {
          return admission;
        }
        if (System.nanoTime() > until) {
          return otherwise;
        }
        CountDownLatch heard = new CountDownLatch(1);
        ledger.whenHeard(heard::countDown);
        assertThat(heard.await(30, TimeUnit.SECONDS)).isTrue();
      }
    }
  }

  @TempDir Path folder;
  private final List<Node> nodes = new ArrayList<>();
  private Database database;

  abstract Database database(List<Migration> migrations);

  @BeforeEach
  void open() {
    database =
        database(Stream.concat(Ledger.MIGRATIONS.stream(), Shares.MIGRATIONS.stream()).toList());
  }

  private void start(Rule rule) {
    for (String name : List.of("a", "b", "c")) {
      nodes.add(new Node(name, rule));
    }
  }

  @AfterEach
  void close() {
    nodes.forEach(node -> node.ledger.close());
    database.close();
  }

  @Test
  void inNoMinuteDoThreeNodesLetInMoreThanTheLimit() throws Exception {
    start(RPM);
    ConcurrentLinkedQueue<WindowChecker.Entry> admitted = new ConcurrentLinkedQueue<>();
    AtomicInteger refused = new AtomicInteger();
    long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int caller = 0; caller < 30; caller++) {
        Random random = new Random(caller);
        callers.submit(
            () -> {
              while (System.nanoTime() < end) {
                Node node = nodes.get(random.nextInt(nodes.size()));
                if (node.admit() instanceof Pass pass) {
                  admitted.add(new WindowChecker.Entry(node.read.get(), 1));
                  node.limiter.end(pass, new Consumption(1, 1, Money.ZERO));
                } else {
                  refused.incrementAndGet();
                }
                Thread.sleep(random.nextInt(40));
              }
              return true;
            });
      }
    }
    List<WindowChecker.Entry> times = List.copyOf(admitted);
    long most = WindowChecker.most(times, Duration.ofMinutes(1).toNanos());
    System.out.println(
        times.size()
            + " let in within 10 s (three minutes and more), "
            + refused
            + " refused,"
            + " at most "
            + most
            + " in a minute");
    assertThat(most).isLessThanOrEqualTo(100L).isGreaterThan(80L);
    assertThat(refused.get()).isPositive();
    assertThat(times.size()).isGreaterThan(200);
  }

  @Test
  void oneNodeMayHaveTheWholeLimitWhenTheOthersAreQuiet() throws Exception {
    start(RPM);
    for (Node node : nodes) {
      assertThat(node.admit()).isInstanceOf(Pass.class);
    }
    int in = 3;
    while (nodes.get(0).admit() instanceof Pass) {
      in++;
    }
    assertThat(in).isBetween(98, 100);
  }

  @Test
  void concurrencyIsShared() throws Exception {
    start(
        new Rule(
            "at once", Scope.Kind.KEY, Set.of(), Measure.CONCURRENCY, 5, Optional.empty(), false));
    List<Pass> under = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      under.add((Pass) nodes.get(i % 3).admit());
    }
    assertThat(nodes.get(0).admit()).isInstanceOf(Limited.class);
    nodes.get(1).limiter.end(under.get(1), Consumption.NOTHING);
    Admission next = nodes.get(0).admit();
    for (int tries = 0; tries < 50 && !(next instanceof Pass); tries++) {
      Thread.sleep(100);
      next = nodes.get(0).admit();
    }
    assertThat(next).isInstanceOf(Pass.class);
  }

  @Test
  void whatANodeLetInThatIsGoneCountsForItsWholeWindow() throws Exception {
    start(RPM);
    int in = 0;
    while (nodes.get(0).admit() instanceof Pass) {
      in++;
    }
    assertThat(in).isEqualTo(100);
    nodes.get(0).ledger.close();
    assertThat(nodes.get(1).admit()).isInstanceOf(Limited.class);
    nodes.set(0, new Node("a", RPM));
    assertThat(nodes.get(0).admit()).isInstanceOf(Limited.class);
  }
}
