package dev.fairlead.ledger;

import dev.fairlead.identity.Scope;
import dev.fairlead.store.StoreFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/**
 * What this node may spend of the budgets that it shares with others, kept up by a thread of its
 * own that asks the {@link LeaseTable}. All else is guarded by the ledger's lock and waits for
 * nobody.
 */
final class Leases {
  private static final System.Logger LOG = System.getLogger("fairlead.ledger");
  private static final Duration PAUSE = Duration.ofMillis(200);

  /** Whether what is left has become little is looked at as often. */
  private static final Duration LOOK = Duration.ofMillis(50);

  private static final Duration SWEEP = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final LeaseTable table;
  private final LeaseHolder holder;
  private final LeaseTerms terms;
  private final String node;
  private final LongSupplier nanos;
  private final ReentrantLock lock;
  private final Condition asking;
  private final Condition ending;
  private final ToLongFunction<BudgetPeriod> limits;
  private final Runnable opening;
  private final Runnable refresh;
  private final Ledger.Beat beat;
  private final Thread thread;
  private List<Runnable> waiting = new ArrayList<>();
  private Optional<LeaseCharge> charge = Optional.empty();
  private long sweptNanos;
  private boolean cut;
  private boolean closing;
  private boolean opened;

  /**
   * @param lock the ledger's
   * @param limits of a budget now; asked under the lock
   * @param opening has to be done before, once
   * @param refresh reads what others have posted
   */
  Leases(
      LeaseTable table,
      Ledger.Sharing sharing,
      ReentrantLock lock,
      ToLongFunction<BudgetPeriod> limits,
      Runnable opening,
      Runnable refresh) {
    this.table = table;
    this.terms = sharing.terms();
    this.node = sharing.node();
    this.nanos = sharing.nanos();
    this.lock = lock;
    this.asking = lock.newCondition();
    this.ending = lock.newCondition();
    this.limits = limits;
    this.opening = opening;
    this.refresh = refresh;
    this.beat = sharing.beat();
    this.holder = new LeaseHolder(node, life(), terms, it -> charge = Optional.of(it));
    this.thread = Thread.ofPlatform().name("leases").daemon(true).unstarted(this::run);
  }

  private static String life() {
    return UUID.randomUUID().toString();
  }

  /**
   * Begins a life, after those that this node had before: their process is gone, and what it had
   * settled is posted. Blocking.
   */
  void open() {
    opening.run();
    table.end(node);
    ask();
    opened = true;
  }

  void start() {
    thread.start();
  }

  /** Another node's process is gone, and what it had settled is posted: its leases end. */
  boolean adopt(String other) {
    return table.end(other);
  }

  boolean lives(String other) {
    return table.sessions().stream().anyMatch(it -> it.node().equals(other) && !it.fenced());
  }

  // ---------------------------------------------------------------- under the ledger's lock

  long day() {
    return holder.day();
  }

  /** True while the books do not answer. */
  boolean cut() {
    return cut;
  }

  LeaseAdmission admit(String id, List<BudgetPeriod> budgets, long nano) {
    LeaseAdmission admission = holder.admit(id, budgets, nano, nanos.getAsLong());
    if (admission instanceof LeaseAdmission.Refused) {
      asking.signal();
    }
    return admission;
  }

  /** Ends a hold; empty where there is nothing to book. */
  Optional<LeaseCharge> end(String id, long nano, Predicate<Scope> concerned) {
    charge = Optional.empty();
    holder.settle(id, nano, budget -> concerned.test(budget.scope()));
    return charge;
  }

  // ---------------------------------------------------------------- from anywhere

  void whenHeard(Runnable again) {
    lock.lock();
    try {
      if (!closing) {
        waiting.add(again);
        asking.signal();
        return;
      }
    } finally {
      lock.unlock();
    }
    again.run();
  }

  /**
   * Ends. Blocking.
   *
   * @param posted all that was ever settled here stands in the books, and nothing is under way
   */
  void close(boolean posted) {
    lock.lock();
    try {
      closing = true;
      asking.signalAll();
      ending.signalAll();
    } finally {
      lock.unlock();
    }
    try {
      thread.join(PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (posted && opened && !thread.isAlive() && !cut) {
      try {
        beat.beat(node, locked(holder::epoch), nanos.getAsLong());
        table.end(node);
      } catch (StoreFailure e) {
        LOG.log(System.Logger.Level.DEBUG, "the leases come back when their time is over", e);
      }
    }
  }

  // ---------------------------------------------------------------- the thread

  private void run() {
    while (due()) {
      boolean heard = false;
      try {
        if (opened) {
          ask();
        } else {
          open();
        }
        heard = true;
        refresh.run();
        sweep();
      } catch (RuntimeException e) { // whatever it is, this thread must not end of it
        if (cut(!heard)) {
          LOG.log(
              System.Logger.Level.ERROR,
              "the shared books do not answer; this node goes on with what it has: "
                  + e.getMessage());
        }
        pause();
      }
      wake();
    }
    wake();
  }

  /** Waits until it is time to ask; false when there is no more to ask for. */
  private boolean due() {
    lock.lock();
    try {
      while (!closing) {
        long now = nanos.getAsLong();
        long pause = holder.untilDue(now, !waiting.isEmpty());
        if (holder.waiting().isPresent() || pause <= 0) {
          return true;
        }
        asking.awaitNanos(Math.min(pause, LOOK.toNanos()));
      }
      return false;
    } catch (InterruptedException e) {
      return false;
    } finally {
      lock.unlock();
    }
  }

  private void ask() {
    Optional<String> begins = locked(holder::waiting);
    if (begins.isPresent()) {
      long epoch = table.begin(node, begins.get());
      locked(
          () -> {
            holder.begun(begins.get(), epoch, nanos.getAsLong());
            return epoch;
          });
    }
    long sent = nanos.getAsLong();
    Map<BudgetPeriod, Long> told = new HashMap<>();
    LeaseRequest request =
        locked(
            () -> {
              LeaseRequest made = holder.request(sent);
              made.lines().forEach(l -> told.put(l.budget(), limits.applyAsLong(l.budget())));
              return made;
            });
    LeaseReply reply = table.renew(request, told);
    boolean goesOn =
        locked(
            () -> {
              cut = false;
              boolean lives = holder.receive(reply, nanos.getAsLong());
              if (!lives) {
                holder.begin(life());
              }
              return lives;
            });
    if (!goesOn) {
      LOG.log(
          System.Logger.Level.WARNING,
          "the leases of this node had ended, because it was not heard for {0} s; it begins anew",
          terms.term().plus(terms.hold()).toSeconds());
    } else {
      beat.beat(node, locked(holder::epoch), sent);
    }
  }

  private <T> T locked(Supplier<T> work) {
    lock.lock();
    try {
      return work.get();
    } finally {
      lock.unlock();
    }
  }

  /** Looks for nodes that are not heard any more. */
  private void sweep() {
    long now = nanos.getAsLong();
    if (now - sweptNanos >= SWEEP.toNanos()) {
      sweptNanos = now;
      for (LeaseBook.Session over : table.expire(now)) {
        LOG.log(
            System.Logger.Level.WARNING,
            "node {0} was not heard for so long that its leases have come back",
            over.node());
      }
    }
  }

  /** True when that is news. */
  private boolean cut(boolean now) {
    return locked(
        () -> {
          boolean news = now && !cut;
          cut = now;
          return news;
        });
  }

  private void pause() {
    lock.lock();
    try {
      if (!closing) {
        ending.awaitNanos(PAUSE.toNanos());
      }
    } catch (InterruptedException e) {
      closing = true;
    } finally {
      lock.unlock();
    }
  }

  private void wake() {
    List<Runnable> all =
        locked(
            () -> {
              List<Runnable> those = waiting;
              waiting = new ArrayList<>();
              return those;
            });
    for (Runnable again : all) {
      try {
        again.run();
      } catch (RuntimeException e) {
        LOG.log(System.Logger.Level.DEBUG, "nobody waits for a lease any more", e);
      }
    }
  }
}
