package dev.fairlead.ledger;

import dev.fairlead.identity.Scope;
import dev.fairlead.money.Interval;
import dev.fairlead.money.Money;
import dev.fairlead.store.Database;
import dev.fairlead.store.Migration;
import dev.fairlead.store.StoreFailure;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/**
 * Budgets, holds and settlements of one node. Admission is one step over all scopes of a request:
 * {@code spent + held + asked <= limit} for every budget, or nothing is held. It is decided in
 * memory, under a lock that is held for as long as a few additions take; the store is written by a
 * thread of its own, many settlements in one commit.
 *
 * <p>Threads: {@link #hold}, {@link #settle} and {@link #release} from any loop, none of them
 * waits; what is to happen when a settlement is durable runs on the writer's thread and must only
 * hand on.
 */
public final class Ledger implements AutoCloseable {
  /** The schema of this room's rows. */
  public static final List<Migration> MIGRATIONS = LedgerTable.MIGRATIONS;

  private static final System.Logger LOG = System.getLogger("fairlead.ledger");
  private static final Duration PAUSE = Duration.ofMillis(200);
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final int BATCH = 1_024;

  /** Something to write, or only somebody who waits until what was before it is written. */
  private record Pending(Optional<LedgerTable.Settled> settled, Runnable durable) {}

  private final LedgerTable table;
  private final InstantSource clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final Map<Scope, Tab> tabs = new HashMap<>();
  private final Thread writer;
  private Map<Scope, List<Budget>> budgets = Map.of();
  private List<Pending> queue = new ArrayList<>();
  private long today;
  private boolean failing;
  private boolean closing;

  /** Opens the books of a file: what was spent before is known from there. Blocking. */
  public Ledger(Database database, InstantSource clock) {
    this.table = new LedgerTable(database);
    this.clock = clock;
    this.today = Math.max(day(clock.instant()), table.lastDay());
    table.spending((scope, day, charge) -> tab(scope).found(day, charge));
    this.writer = Thread.ofPlatform().name("ledger").daemon(true).start(this::run);
  }

  private static long day(Instant instant) {
    return Math.floorDiv(instant.getEpochSecond(), Duration.ofDays(1).toSeconds());
  }

  /** Days of the books never go back, whatever the clock does. */
  private long today() {
    today = Math.max(today, day(clock.instant()));
    return today;
  }

  private Tab tab(Scope scope) {
    Tab tab = tabs.computeIfAbsent(scope, s -> new Tab());
    tab.at(today);
    return tab;
  }

  /** From now on these budgets hold, and no others; what is spent and held stays as it is. */
  public void replace(Collection<Budget> all) {
    Map<Scope, List<Budget>> next = new HashMap<>();
    for (Budget budget : all) {
      next.computeIfAbsent(budget.scope(), s -> new ArrayList<>()).add(budget);
    }
    lock.lock();
    try {
      budgets = next;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Keeps money for a request, for all of its scopes or for none. What costs nothing is never
   * refused.
   */
  public Held hold(String id, List<Scope> scopes, Money asked) {
    lock.lock();
    try {
      long day = today();
      if (asked.nanoUsd() > 0) {
        if (failing || closing) {
          return new Held.Unavailable();
        }
        for (Scope scope : scopes) {
          for (Budget budget : budgets(scope)) {
            Tab tab = tab(scope);
            long taken = Math.addExact(tab.spent(budget.interval()), tab.held(budget.interval()));
            if (asked.nanoUsd() > budget.limit().nanoUsd() - taken) {
              return new Held.Denied(
                  budget.of(scope),
                  day,
                  new Money(tab.spent(budget.interval())),
                  new Money(tab.held(budget.interval())),
                  asked);
            }
          }
        }
      }
      for (Scope scope : scopes) {
        tab(scope).hold(asked.nanoUsd());
      }
      return new Hold(id, scopes, asked, day);
    } finally {
      lock.unlock();
    }
  }

  /** A scope's own budgets, or else those of each scope of its kind. */
  private List<Budget> budgets(Scope scope) {
    List<Budget> own = budgets.get(scope);
    return own == null ? budgets.getOrDefault(scope.kind().each(), List.of()) : own;
  }

  /**
   * Ends a hold with what it came to.
   *
   * @param durable runs once the settlement can no longer be lost; at once for a hold that has
   *     ended before
   */
  public void settle(Hold hold, Settlement settlement, Runnable durable) {
    boolean first;
    lock.lock();
    try {
      first = end(hold, settlement.charge().nanoUsd(), settlement::concerns);
      if (first) {
        List<Scope> scopes = hold.scopes().stream().filter(settlement::concerns).toList();
        enqueue(
            new Pending(
                Optional.of(new LedgerTable.Settled(settlement, scopes, hold.day())), durable));
      }
    } finally {
      lock.unlock();
    }
    if (!first) {
      durable.run();
    }
  }

  private void enqueue(Pending pending) {
    queue.add(pending);
    work.signal();
  }

  /** Ends a hold of a request that never went out. */
  public void release(Hold hold) {
    lock.lock();
    try {
      end(hold, 0, scope -> true);
    } finally {
      lock.unlock();
    }
  }

  private boolean end(Hold hold, long charge, Predicate<Scope> concerned) {
    if (!hold.end()) {
      return false;
    }
    today();
    for (Scope scope : hold.scopes()) {
      long charged = concerned.test(scope) ? charge : 0;
      tab(scope).end(hold.day(), hold.amount().nanoUsd(), charged);
    }
    return true;
  }

  /** The figures of a scope. */
  public Standing standing(Scope scope) {
    lock.lock();
    try {
      today();
      if (!tabs.containsKey(scope)) {
        return Standing.NOTHING;
      }
      Tab tab = tab(scope);
      return new Standing(
          new Money(tab.spent(Interval.LIFETIME)),
          new Money(tab.spent(Interval.DAILY)),
          new Money(tab.spent(Interval.WEEKLY)),
          new Money(tab.spent(Interval.MONTHLY)),
          new Money(tab.held(Interval.LIFETIME)));
    } finally {
      lock.unlock();
    }
  }

  /**
   * What was settled on some days, as it stands in the books. Blocking; waits for what has been
   * settled before and is not written yet.
   *
   * @param key of this key only
   */
  public List<Activity> activity(LocalDate from, LocalDate to, Optional<String> key) {
    written();
    return table.activity(from.toEpochDay(), to.toEpochDay(), key);
  }

  /** What is charged for the requests of some days, by key, model and provider. Blocking. */
  public List<InvoiceLine> invoice(LocalDate from, LocalDate to) {
    written();
    return table.invoice(from.toEpochDay(), to.toEpochDay());
  }

  private void written() {
    CountDownLatch written = new CountDownLatch(1);
    lock.lock();
    try {
      if (closing) {
        return;
      }
      enqueue(new Pending(Optional.empty(), written::countDown));
    } finally {
      lock.unlock();
    }
    try {
      if (!written.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new StoreFailure("the books are not up to date: they cannot be written", null);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreFailure("interrupted while waiting for the books", e);
    }
  }

  /** False while the books cannot be written. */
  public boolean writable() {
    lock.lock();
    try {
      return !failing;
    } finally {
      lock.unlock();
    }
  }

  // ---------------------------------------------------------------- the writer's thread

  private void run() {
    while (true) {
      List<Pending> batch = next();
      if (batch.isEmpty()) {
        return;
      }
      if (!store(batch)) {
        return;
      }
      batch.forEach(Ledger::tell);
    }
  }

  /** Whoever cannot be told any more, because its loop has ended, stops nobody else. */
  private static void tell(Pending pending) {
    try {
      pending.durable().run();
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.DEBUG, "nobody waits for a settlement any more", e);
    }
  }

  /** What waits, once something does; empty when nothing will come any more. */
  private List<Pending> next() {
    lock.lock();
    try {
      while (queue.isEmpty()) {
        if (closing) {
          return List.of();
        }
        work.awaitUninterruptibly();
      }
      if (queue.size() <= BATCH) {
        List<Pending> all = queue;
        queue = new ArrayList<>();
        return all;
      }
      List<Pending> first = queue.subList(0, BATCH);
      List<Pending> batch = List.copyOf(first);
      first.clear();
      return batch;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Tries until it succeeds: a settlement is never given up, and while it cannot be written nothing
   * new is begun. False when the gateway ends before.
   */
  private boolean store(List<Pending> batch) {
    List<LedgerTable.Settled> settlements =
        batch.stream().flatMap(pending -> pending.settled().stream()).toList();
    while (true) {
      try {
        if (!settlements.isEmpty()) {
          table.insert(settlements);
        }
        failing(false);
        return true;
      } catch (RuntimeException e) { // whatever it is, this thread must not end of it
        if (failing(true)) {
          LOG.log(
              System.Logger.Level.ERROR,
              "the books cannot be written; requests that cost are refused until they can: "
                  + e.getMessage());
        }
        if (pauseOrEnd()) {
          LOG.log(
              System.Logger.Level.ERROR,
              "{0} settlements could not be written before the end",
              settlements.size());
          return false;
        }
      }
    }
  }

  /** True when that is news. */
  private boolean failing(boolean now) {
    lock.lock();
    try {
      boolean news = failing != now;
      failing = now;
      return news;
    } finally {
      lock.unlock();
    }
  }

  private boolean pauseOrEnd() {
    lock.lock();
    try {
      if (!closing) {
        work.awaitNanos(PAUSE.toNanos());
      }
      return closing;
    } catch (InterruptedException e) {
      closing = true;
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Writes what waits, then ends. */
  @Override
  public void close() {
    lock.lock();
    try {
      closing = true;
      work.signalAll();
    } finally {
      lock.unlock();
    }
    try {
      writer.join(Duration.ofSeconds(10));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
