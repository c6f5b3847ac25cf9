package dev.fairlead.ledger;

import dev.fairlead.identity.Scope;
import dev.fairlead.money.Interval;
import dev.fairlead.money.Money;
import dev.fairlead.store.AppendLog;
import dev.fairlead.store.Database;
import dev.fairlead.store.Disk;
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
 * memory, under a lock that is held for as long as a few additions take. A settlement is durable
 * when it stands in the log, which one thread appends to, as many settlements in one record as have
 * come together; another thread posts from there to the books, a little later and in larger pieces.
 * At the start what stands in the log and not yet in the books is posted first.
 *
 * <p>Threads: {@link #hold}, {@link #settle} and {@link #release} from any loop, none of them
 * waits; what is to happen when a settlement is durable runs on the log's thread and must only hand
 * on.
 */
public final class Ledger implements AutoCloseable {
  /** The schema of this room's rows. */
  public static final List<Migration> MIGRATIONS = LedgerTable.MIGRATIONS;

  private static final System.Logger LOG = System.getLogger("fairlead.ledger");
  private static final Duration PAUSE = Duration.ofMillis(200);
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final int BATCH = 1_024;
  private static final String LOG_NAME = "settlements-";
  private static final long SEGMENT_BYTES = 2 << 20;

  /** What comes together between two postings, where nobody waits for them. */
  private static final Duration GATHER = Duration.ofMillis(100);

  /** More than this wait for the books only when these cannot be written. */
  private static final int MOST_UNPOSTED = 200_000;

  private record Pending(LedgerTable.Settled settled, Runnable durable) {}

  /**
   * Somebody who waits for the books.
   *
   * @param settled how many settlements must stand there
   */
  private record Reader(long settled, CountDownLatch latch) {}

  private final LedgerTable table;
  private final InstantSource clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final Condition posting = lock.newCondition();
  private final Map<Scope, Tab> tabs = new HashMap<>();
  private final AppendLog log;
  private final Thread writer;
  private final Thread poster;
  private Map<Scope, List<Budget>> budgets = Map.of();
  private List<Pending> queue = new ArrayList<>();
  private List<LedgerTable.Settled> unposted = new ArrayList<>();
  private final List<Reader> readers = new ArrayList<>();
  private long settledCount;
  private long postedCount;
  private boolean logEnded;
  private long logged = -1;
  private long posted = -1;
  private long today;
  private boolean failing;
  private boolean closing;

  /**
   * Opens the books: what was spent before is known from there. Blocking.
   *
   * @param disk where the log stands
   */
  public Ledger(Database database, Disk disk, InstantSource clock) {
    this.table = new LedgerTable(database);
    this.clock = clock;
    this.log = AppendLog.open(disk, LOG_NAME, SEGMENT_BYTES);
    recover();
    this.today = Math.max(day(clock.instant()), table.lastDay());
    table.spending((scope, day, charge) -> tab(scope).found(day, charge));
    this.writer = Thread.ofPlatform().name("ledger").daemon(true).start(this::run);
    this.poster = Thread.ofPlatform().name("ledger-books").daemon(true).start(this::post);
  }

  /** Posts what stands in the log and perhaps not in the books. */
  private void recover() {
    List<LedgerTable.Settled> found = new ArrayList<>();
    for (AppendLog.Entry entry : log.recovered()) {
      found.addAll(SettlementFrame.read(entry.bytes()));
      logged = entry.number();
    }
    for (int i = 0; i < found.size(); i += BATCH) {
      table.insert(found.subList(i, Math.min(found.size(), i + BATCH)));
    }
    posted = logged;
    log.forget(posted);
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
        if (failing || closing || unposted.size() > MOST_UNPOSTED) {
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
      Hold hold = new Hold(id, scopes, asked, day);
      for (Scope scope : hold.scopes()) {
        tab(scope).hold(asked.nanoUsd());
      }
      return hold;
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
        queue.add(new Pending(new LedgerTable.Settled(settlement, scopes, hold.day()), durable));
        settledCount++;
        work.signal();
      }
    } finally {
      lock.unlock();
    }
    if (!first) {
      durable.run();
    }
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

  /** Waits until what was settled before stands in the books. */
  void written() {
    CountDownLatch written = new CountDownLatch(1);
    lock.lock();
    try {
      if (closing || postedCount >= settledCount) {
        return;
      }
      readers.add(new Reader(settledCount, written));
      posting.signal();
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

  // ---------------------------------------------------------------- the log's thread

  private void run() {
    List<Pending> batch = next();
    while (!batch.isEmpty() && store(batch)) {
      batch.forEach(Ledger::tell);
      batch = next();
    }
    lock.lock();
    try {
      logEnded = true;
      posting.signal();
    } finally {
      lock.unlock();
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
    List<LedgerTable.Settled> settlements = batch.stream().map(Pending::settled).toList();
    byte[] record = SettlementFrame.write(settlements);
    while (true) {
      try {
        log.forget(posted());
        logged(log.append(record), settlements);
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

  private long posted() {
    lock.lock();
    try {
      return posted;
    } finally {
      lock.unlock();
    }
  }

  private void logged(long number, List<LedgerTable.Settled> settlements) {
    lock.lock();
    try {
      logged = number;
      unposted.addAll(settlements);
      posting.signal();
    } finally {
      lock.unlock();
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

  // ---------------------------------------------------------------- the books' thread

  private record Posting(List<LedgerTable.Settled> settlements, long upTo) {}

  private void post() {
    boolean behind = false;
    while (true) {
      Optional<Posting> next = toPost();
      if (next.isEmpty()) {
        return;
      }
      try {
        table.insert(next.get().settlements());
        posted(next.get());
        behind = false;
      } catch (RuntimeException e) { // whatever it is, this thread must not end of it
        if (!behind) {
          LOG.log(
              System.Logger.Level.ERROR,
              "{0} settlements stand in the log and cannot be posted to the books yet: {1}",
              next.get().settlements().size(),
              e.getMessage());
        }
        behind = true;
        if (pauseOrEnd()) {
          return; // they are posted at the next start
        }
      }
    }
  }

  /** What stands in the log only, when it is time; empty when nothing will come any more. */
  private Optional<Posting> toPost() {
    lock.lock();
    try {
      while (unposted.isEmpty()) {
        if (logEnded) {
          return Optional.empty();
        }
        posting.awaitUninterruptibly();
      }
      long nanos = GATHER.toNanos();
      while (!closing && readers.isEmpty() && nanos > 0) {
        nanos = posting.awaitNanos(nanos);
      }
      return Optional.of(new Posting(List.copyOf(unposted), logged));
    } catch (InterruptedException e) {
      return Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  private void posted(Posting posting) {
    lock.lock();
    try {
      int size = posting.settlements().size();
      unposted = new ArrayList<>(unposted.subList(size, unposted.size()));
      postedCount += size;
      posted = posting.upTo();
      readers.removeIf(
          reader -> {
            boolean served = reader.settled() <= postedCount;
            if (served) {
              reader.latch().countDown();
            }
            return served;
          });
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
      posting.signalAll();
    } finally {
      lock.unlock();
    }
    try {
      writer.join(Duration.ofSeconds(10));
      poster.join(Duration.ofSeconds(10));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    log.close();
    log.forget(posted());
  }
}
