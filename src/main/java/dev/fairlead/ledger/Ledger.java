package dev.fairlead.ledger;

import dev.fairlead.identity.Scope;
import dev.fairlead.money.Interval;
import dev.fairlead.money.Money;
import dev.fairlead.store.Database;
import dev.fairlead.store.Disk;
import dev.fairlead.store.Migration;
import dev.fairlead.store.StoreFailure;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Budgets, holds and settlements of one node. Admission is one step over all scopes of a request:
 * every budget has room for what is asked, or nothing is held. It is decided in memory, under a
 * lock that is held for as long as a few additions take. Where one node serves alone, a budget has
 * room for {@code limit - spent - held}; where several do, for what this node has of it in {@link
 * Leases}. What it comes to is written down by the {@link Scribe}.
 *
 * <p>Threads: {@link #hold}, {@link #settle} and {@link #release} from any loop, none of them
 * waits; what is to happen when a settlement is durable runs on the log's thread and must only hand
 * on.
 */
public final class Ledger implements AutoCloseable {
  /** The schema of this room's rows. */
  public static final List<Migration> MIGRATIONS =
      Stream.concat(LedgerSchema.MIGRATIONS.stream(), LeaseSchema.MIGRATIONS.stream()).toList();

  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration LOOK = Duration.ofMillis(200);

  /**
   * What a node needs to share the books with others.
   *
   * @param node its name, which no other living node has
   * @param nanos a monotonic clock
   * @param beat what else is shared as the leases are
   */
  public record Sharing(String node, LeaseTerms terms, LongSupplier nanos, Beat beat) {}

  /** Something that is renewed whenever the leases have been. Blocking. */
  @FunctionalInterface
  public interface Beat {
    /**
     * @param sentNanos just before the leases were asked for: what is heard now is good for a term
     *     from then
     */
    void beat(String node, long epoch, long sentNanos);
  }

  private final LedgerTable table;
  private final InstantSource clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final ReentrantLock reading = new ReentrantLock();
  private final Tabs tabs = new Tabs();
  private final Watermark watermark;
  private final Scribe scribe;
  private final Optional<Leases> leases;
  private long version = -1;
  private volatile boolean begun;

  /**
   * Opens the books for one node alone: what was spent before is known from there. Blocking.
   *
   * @param disk where the log stands
   */
  public Ledger(Database database, Disk disk, InstantSource clock) {
    this.table = new LedgerTable(database);
    this.clock = clock;
    this.leases = Optional.empty();
    this.watermark = new Watermark(disk, clock);
    this.scribe = open(disk, table::insert);
    begin();
    read(table.totals(tabs.day(Math.max(today(), table.lastDay())), version));
    scribe.start();
  }

  /**
   * Opens the books for one node of several. Blocking. Where their database has not answered yet,
   * that is done as soon as it does; until then nothing is known of what was spent, and what is
   * under a budget is not begun.
   */
  public Ledger(Database database, Disk disk, InstantSource clock, Sharing sharing) {
    LeaseTable leasing = new LeaseTable(database, sharing.terms(), clock);
    this.table = new LedgerTable(database, leasing);
    this.clock = clock;
    this.watermark = new Watermark(disk, clock);
    this.scribe = open(disk, this::post);
    Leases mine = new Leases(leasing, sharing, lock, tabs::limit, this::begin, this::refresh);
    this.leases = Optional.of(mine);
    if (database.hasAnswered()) {
      mine.open();
      refresh();
    }
    scribe.start();
    mine.start();
  }

  private Scribe open(Disk disk, Poster.Books books) {
    return Scribe.open(
        disk,
        books,
        () -> {
          if (begun) {
            watermark.remember(table.mark());
          }
        },
        () -> {
          if (begun) {
            watermark.rememberNow(table.mark());
          }
        });
  }

  /** Looks whether the books are those that this node knows, and posts what they lack. Blocking. */
  private void begin() {
    Watermark.Mark mark = table.identify(() -> UUID.randomUUID().toString());
    watermark
        .seen()
        .flatMap(mark::refusal)
        .ifPresent(
            why -> {
              throw new StoreFailure(
                  why
                      + ". If that is meant, say so once with `fairlead restore --accept`, and what"
                      + " was settled between is not in them.",
                  null);
            });
    watermark.rememberNow(mark);
    scribe.recover(table::insert);
    begun = true;
  }

  /**
   * The books were put back to an earlier state, and are to be gone on with: from here on they are
   * another branch, and no lease that was given after that state is good. No node may serve
   * meanwhile. Blocking.
   */
  public static void accept(Database database, InstantSource clock) {
    LedgerTable table = new LedgerTable(database);
    table.identify(() -> UUID.randomUUID().toString());
    table.branch();
    new LeaseTable(database, LeaseTerms.of(Duration.ofMinutes(1), Duration.ofMinutes(1)), clock)
        .restored();
  }

  /**
   * Posts what a node that is gone has left, and ends its leases. Blocking.
   *
   * @return false when there was nothing to do
   */
  public boolean adopt(Disk disk, String node) {
    boolean posted = Scribe.adopt(disk, table::insert);
    boolean ended = leases.isPresent() && leases.get().adopt(node);
    return posted || ended;
  }

  /** True while another node is heard, which shares these books. Blocking. */
  public boolean lives(String node) {
    return leases.isPresent() && leases.get().lives(node);
  }

  /** Several nodes have one day. */
  private long today() {
    long heard = leases.isPresent() ? leases.get().day() : 0;
    return tabs.day(heard > 0 ? heard : Interval.day(clock.instant()));
  }

  /** From now on these budgets hold, and no others; what is spent and held stays as it is. */
  public void replace(Collection<Budget> all) {
    lock.lock();
    try {
      tabs.replace(all);
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
        if (!scribe.accepts()) {
          return new Held.Unavailable();
        }
        Optional<Held> refusal =
            leases.isPresent()
                ? refusal(leases.get(), id, day, scopes, asked)
                : tabs.refusal(scopes, asked);
        if (refusal.isPresent()) {
          return refusal.get();
        }
      }
      Hold hold = new Hold(id, scopes, asked, day);
      tabs.hold(hold);
      return hold;
    } finally {
      lock.unlock();
    }
  }

  /**
   * The first budget of these scopes in which own credentials count, and which has nothing left for
   * one. What they will cost is not held, so that calls which are under way at once may pass it.
   *
   * @param asked what the request may cost at most
   */
  public Optional<Held.Denied> exhausted(List<Scope> scopes, Money asked) {
    lock.lock();
    try {
      today();
      return tabs.exhausted(scopes, asked);
    } finally {
      lock.unlock();
    }
  }

  /** Keeps money of one scope; waits while this node asks for it. Blocking. */
  Optional<Hold> holdPatiently(String id, Scope scope, Money asked) {
    for (int i = 0; i < PATIENCE.toMillis() / LOOK.toMillis(); i++) {
      switch (hold(id, List.of(scope), asked)) {
        case Hold hold -> {
          return Optional.of(hold);
        }
        case Held.Denied denied -> {
          return Optional.empty();
        }
        case Held.Unavailable unavailable ->
            throw new StoreFailure("the books do not answer now; nothing was changed", null);
        case Held.Asked asking -> {
          CountDownLatch heard = new CountDownLatch(1);
          whenHeard(heard::countDown);
          try {
            if (!heard.await(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
              continue; // it is asked again all the same
            }
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
          }
        }
      }
    }
    return Optional.empty();
  }

  private Optional<Held> refusal(
      Leases mine, String id, long day, List<Scope> scopes, Money asked) {
    Map<BudgetPeriod, Budget> under = new LinkedHashMap<>();
    for (Scope scope : scopes) {
      for (Budget budget : tabs.budgets(scope)) {
        Interval interval = budget.interval();
        under.merge(
            new BudgetPeriod(scope, interval, tabs.of(scope).start(interval)),
            budget.of(scope),
            (one, other) -> one.limit().compareTo(other.limit()) <= 0 ? one : other);
      }
    }
    if (under.isEmpty()) {
      return Optional.empty();
    }
    return switch (mine.admit(id, List.copyOf(under.keySet()), asked.nanoUsd())) {
      case LeaseAdmission.Admitted admitted -> Optional.empty();
      case LeaseAdmission.Refused refused -> {
        Budget budget = Objects.requireNonNull(under.get(refused.budget()));
        yield Optional.of(
            switch (refused.reason()) {
              case SILENT -> new Held.Unavailable();
              case SPENT -> denied(budget, day, refused.leftNano(), asked);
              case ASKED ->
                  mine.cut()
                      ? new Held.Unavailable()
                      : new Held.Asked(denied(budget, day, refused.leftNano(), asked));
            });
      }
    };
  }

  /** What is neither spent nor left is held, here or by other nodes. */
  private Held.Denied denied(Budget budget, long day, long left, Money asked) {
    long spent = tabs.spent(budget.scope(), budget);
    long held = Math.max(0, budget.limit().nanoUsd() - spent - left);
    return new Held.Denied(budget, day, new Money(spent), new Money(held), asked);
  }

  /**
   * Runs once, as soon as this node has heard more of its leases; at once where it has none. To be
   * asked for after {@link Held.Asked}.
   */
  public void whenHeard(Runnable again) {
    leases.ifPresentOrElse(mine -> mine.whenHeard(again), again);
  }

  /**
   * Ends a hold with what it came to.
   *
   * @param loop what has settled it; it first does what it is doing
   * @param durable runs there once the settlement can no longer be lost; also for a hold that has
   *     ended before
   */
  public void settle(Hold hold, Settlement settlement, Executor loop, Runnable durable) {
    Optional<Settled> settled = ended(hold, settlement);
    if (settled.isPresent()) {
      scribe.add(settled.get(), loop, durable);
    } else {
      loop.execute(durable);
    }
  }

  /** Ends a hold with what it came to, for which nobody waits. */
  public void settle(Hold hold, Settlement settlement) {
    ended(hold, settlement).ifPresent(scribe::add);
  }

  private Optional<Settled> ended(Hold hold, Settlement settlement) {
    lock.lock();
    try {
      if (!hold.end()) {
        return Optional.empty();
      }
      List<Scope> scopes = hold.scopes().stream().filter(settlement::concerns).toList();
      long charge = settlement.charge().nanoUsd();
      Optional<LeaseCharge> lease = end(hold, charge, settlement::concerns);
      long own = settlement.own().nanoUsd();
      if (own > 0) {
        scopes.forEach(scope -> tabs.own(scope).end(hold.day(), 0, own));
      }
      return Optional.of(new Settled(settlement, scopes, hold.day(), lease));
    } finally {
      lock.unlock();
    }
  }

  /**
   * Books what a provider asks for an attempt that did not serve: the operator bears it. Nobody
   * waits for that.
   */
  public void lose(Settlement attempt) {
    lock.lock();
    try {
      scribe.add(new Settled(attempt, List.of(), today()));
    } finally {
      lock.unlock();
    }
  }

  /**
   * Notes what an attempt would cost that is under way, as far as it has come. That is booked, and
   * charged to nobody, when this process ends without a word of what came of the exchange; so each
   * exchange of which this was said has to be settled, or its attempts lost, even for nothing.
   */
  public void underWay(Settlement attempt) {
    lock.lock();
    try {
      scribe.add(new Settled(attempt, List.of(), today(), Optional.empty(), true));
    } finally {
      lock.unlock();
    }
  }

  /** Ends a hold of a request that never went out. */
  public void release(Hold hold) {
    lock.lock();
    try {
      if (hold.end()) {
        end(hold, 0, scope -> true);
      }
    } finally {
      lock.unlock();
    }
  }

  private Optional<LeaseCharge> end(Hold hold, long charge, Predicate<Scope> concerned) {
    today();
    for (Scope scope : hold.scopes()) {
      long charged = concerned.test(scope) ? charge : 0;
      tabs.of(scope).end(hold.day(), hold.amount().nanoUsd(), charged);
    }
    return leases.flatMap(mine -> mine.end(hold.id(), charge, concerned));
  }

  /** False while the books have not answered since the start. */
  public boolean isKnown() {
    return begun;
  }

  private void known() {
    if (!begun) {
      throw new StoreFailure("the books have not answered since the start", null);
    }
  }

  /** The figures of a scope. */
  public Standing standing(Scope scope) {
    known();
    lock.lock();
    try {
      today();
      return tabs.standing(scope);
    } finally {
      lock.unlock();
    }
  }

  /** What providers asked of a scope's organization itself, whose credentials they were shown. */
  public Standing own(Scope scope) {
    known();
    lock.lock();
    try {
      today();
      return tabs.ownStanding(scope);
    } finally {
      lock.unlock();
    }
  }

  /**
   * What was settled on some days, as it stands in the books. Blocking; waits for what has been
   * settled here before and is not written yet.
   *
   * @param byWorkspace a row for each of them
   */
  public List<Activity> activity(
      LocalDate from, LocalDate to, Activity.Of of, boolean byWorkspace) {
    written();
    return table.activity(from.toEpochDay(), to.toEpochDay(), of, byWorkspace);
  }

  /**
   * What an organization is charged for the requests of some days, by workspace, key, model and
   * provider. Blocking.
   */
  public List<InvoiceLine> invoice(String organization, LocalDate from, LocalDate to) {
    written();
    return table.invoice(organization, from.toEpochDay(), to.toEpochDay());
  }

  /** Waits until what was settled before stands in the books. */
  void written() {
    scribe.written();
  }

  /** How many settlements stand in the log and not in the books yet. */
  public long unposted() {
    return scribe.behind();
  }

  /** False while a database that is shared does not answer. */
  public boolean connected() {
    return leases.isEmpty() || (begun && !leases.get().cut());
  }

  /** False while nothing that costs could be written down. */
  public boolean writable() {
    return scribe.writable();
  }

  // ---------------------------------------------------------------- books that others write, too

  /** Posts, and reads what has changed; until that is done, what was settled here counts here. */
  private void post(List<Settled> settlements) {
    known();
    reading.lock();
    try {
      table.insert(settlements);
      LedgerTable.Totals totals = table.totals(day(), version);
      lock.lock();
      try {
        read(totals);
        for (Settled settled : settlements) {
          for (Scope scope : settled.scopes()) {
            tabs.of(scope).posted(settled.day(), settled.what().charge().nanoUsd());
            long own = settled.what().own().nanoUsd();
            if (own > 0) {
              tabs.own(scope).posted(settled.day(), own);
            }
          }
        }
      } finally {
        lock.unlock();
      }
    } finally {
      reading.unlock();
    }
  }

  /** Reads what others have posted, unless this node is just posting itself. */
  private void refresh() {
    if (reading.tryLock()) {
      try {
        LedgerTable.Totals totals = table.totals(day(), version);
        lock.lock();
        try {
          read(totals);
        } finally {
          lock.unlock();
        }
      } finally {
        reading.unlock();
      }
    }
  }

  private long day() {
    lock.lock();
    try {
      return today();
    } finally {
      lock.unlock();
    }
  }

  private void read(LedgerTable.Totals totals) {
    tabs.read(totals);
    version = totals.version();
  }

  /** Writes what waits, then ends. */
  @Override
  public void close() {
    scribe.close();
    leases.ifPresent(mine -> mine.close(scribe.done()));
  }
}
