package dev.fairlead.limit;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Shares what a provider allows between those who want it: so many calls at once, and the others
 * wait. A place that is free never stays free while somebody waits.
 *
 * <p>Who is next is found by deficit round-robin. The tenants that wait stand in a ring. When its
 * turn comes, a tenant's credit grows by its weight, and it sends calls for as long as their cost
 * is within its credit; what is left of the credit is kept for its next turn, and lost when it has
 * nothing to send any more, so that nobody saves up. A tenant's first call of cost {@code c} is
 * thus sent in the {@code ceil(c / weight)}th of its turns at the latest, and between two of them
 * every other tenant sends no more than its weight and what it had saved for its own first call:
 * however many calls one tenant has waiting, the others do not wait longer for them.
 *
 * <p>The queue is bounded, and its bound is fair too: when it is full, room for a newcomer is made
 * by whoever has most waiting, which loses its latest call; only where nobody has more waiting than
 * the newcomer's own tenant is the newcomer refused.
 *
 * <p>Threads: callable from anywhere, never waits but for its lock. What a caller is told runs on
 * the executor that it brought along, outside of the lock. Overdue calls are found whenever
 * anything happens, and by {@link #expire}, which is to be called when a call's patience ends.
 */
public final class FairQueue {
  /** The largest cost of a call. */
  public static final int MOST_COST = 64;

  /** The largest weight of a tenant. */
  public static final int MOST_WEIGHT = 64;

  /**
   * How much of what.
   *
   * @param concurrency calls at once
   * @param queue calls that wait, of all tenants together
   * @param patience how long a call waits at most
   */
  public record Settings(int concurrency, int queue, Duration patience) {
    public Settings {
      if (concurrency < 1 || queue < 0 || patience.isNegative()) {
        throw new IllegalArgumentException(
            "a fair queue needs a place at least, and no length or patience below 0");
      }
    }
  }

  /** What became of asking for a place. */
  public enum Outcome {
    /** The call may be made; its ticket must be ended. */
    GRANTED,
    /** Too many wait, most of them of this tenant. */
    FULL,
    /** It has waited for as long as anybody may. */
    LATE
  }

  /** A call that waits or is under way. Given up or done, it is {@link #end ended}, once. */
  public final class Ticket {
    private final Tenant tenant;
    private final int cost;
    private final long deadline;
    private final Executor loop;
    private final Consumer<Outcome> told;
    private State state = State.WAITING;

    private Ticket(Tenant tenant, int cost, long deadline, Executor loop, Consumer<Outcome> told) {
      this.tenant = tenant;
      this.cost = cost;
      this.deadline = deadline;
      this.loop = loop;
      this.told = told;
    }

    /**
     * The call is over, or its caller is gone. A place that it had goes to the next; one that waits
     * waits no more, and may still be told an outcome that was on its way, which means nothing now.
     */
    public void end() {
      FairQueue.this.end(this);
    }
  }

  private enum State {
    WAITING,
    RUNNING,
    OVER
  }

  private static final class Tenant {
    private final String name;
    private final LinkedHashSet<Ticket> waiting = new LinkedHashSet<>();
    private int weight = 1;
    private int credit;
    private boolean served;

    private Tenant(String name) {
      this.name = name;
    }
  }

  private record Told(Ticket ticket, Outcome outcome) {}

  private final Settings settings;
  private final LongSupplier nanos;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Tenant> tenants = new HashMap<>();
  private final ArrayDeque<Tenant> ring = new ArrayDeque<>();

  /** All that wait, as they came: patience ends in this order. */
  private final LinkedHashSet<Ticket> line = new LinkedHashSet<>();

  private int running;

  public FairQueue(Settings settings, LongSupplier nanos) {
    this.settings = settings;
    this.nanos = nanos;
  }

  /**
   * Asks for a place.
   *
   * @param weight the tenant's share beside others, from 1; its latest counts
   * @param cost how much of its share the call takes, from 1
   * @param loop where the outcome is told
   * @param told hears the outcome, once
   */
  public Ticket ask(String tenant, int weight, int cost, Executor loop, Consumer<Outcome> told) {
    if (weight < 1 || weight > MOST_WEIGHT || cost < 1 || cost > MOST_COST) {
      throw new IllegalArgumentException(
          "weight " + weight + " and cost " + cost + " must be from 1 to 64");
    }
    List<Told> news = new ArrayList<>();
    Ticket ticket;
    lock.lock();
    try {
      long now = nanos.getAsLong();
      expire(now, news);
      Tenant of = tenants.computeIfAbsent(tenant, Tenant::new);
      of.weight = weight;
      ticket = new Ticket(of, cost, now + settings.patience().toNanos(), loop, told);
      enter(ticket, news);
      serve(news);
    } finally {
      lock.unlock();
    }
    tell(news);
    return ticket;
  }

  /** Takes a place in the line; in a full one, somebody else's or nobody's. */
  private void enter(Ticket ticket, List<Told> news) {
    boolean free = running < settings.concurrency() && line.isEmpty();
    if (!free && line.size() >= settings.queue()) {
      Optional<Tenant> longest =
          ring.stream().max(Comparator.comparingInt(tenant -> tenant.waiting.size()));
      if (longest.isEmpty() || longest.get().waiting.size() <= ticket.tenant.waiting.size() + 1) {
        ticket.state = State.OVER;
        news.add(new Told(ticket, Outcome.FULL));
        forget(ticket.tenant);
        return;
      }
      Ticket latest = longest.get().waiting.getLast();
      leave(latest);
      news.add(new Told(latest, Outcome.FULL));
    }
    if (ticket.tenant.waiting.isEmpty()) {
      ring.addLast(ticket.tenant);
    }
    ticket.tenant.waiting.addLast(ticket);
    line.addLast(ticket);
  }

  /** Fills the free places. */
  private void serve(List<Told> news) {
    while (running < settings.concurrency() && !line.isEmpty()) {
      Tenant tenant = ring.getFirst();
      if (!tenant.served) {
        tenant.served = true;
        tenant.credit += tenant.weight;
      }
      Ticket first = tenant.waiting.getFirst();
      if (first.cost > tenant.credit) {
        tenant.served = false;
        ring.addLast(ring.removeFirst());
        continue;
      }
      tenant.credit -= first.cost;
      running++;
      leave(first);
      first.state = State.RUNNING;
      news.add(new Told(first, Outcome.GRANTED));
    }
  }

  /** Waits no more, for whatever reason. */
  private void leave(Ticket ticket) {
    Tenant tenant = ticket.tenant;
    tenant.waiting.remove(ticket);
    line.remove(ticket);
    ticket.state = State.OVER;
    forget(tenant);
  }

  private void forget(Tenant tenant) {
    if (tenant.waiting.isEmpty()) {
      ring.remove(tenant);
      tenants.remove(tenant.name, tenant);
    }
  }

  private void end(Ticket ticket) {
    List<Told> news = new ArrayList<>();
    lock.lock();
    try {
      if (ticket.state == State.WAITING) {
        leave(ticket);
      } else if (ticket.state == State.RUNNING) {
        ticket.state = State.OVER;
        running--;
      }
      expire(nanos.getAsLong(), news);
      serve(news);
    } finally {
      lock.unlock();
    }
    tell(news);
  }

  /** Refuses those who have waited for too long. */
  public void expire() {
    List<Told> news = new ArrayList<>();
    lock.lock();
    try {
      expire(nanos.getAsLong(), news);
    } finally {
      lock.unlock();
    }
    tell(news);
  }

  private void expire(long now, List<Told> news) {
    while (!line.isEmpty() && line.getFirst().deadline - now < 0) {
      Ticket late = line.getFirst();
      leave(late);
      news.add(new Told(late, Outcome.LATE));
    }
  }

  /** A place that nobody can be told of any more, because its loop has ended, is free again. */
  private static void tell(List<Told> news) {
    for (Told told : news) {
      try {
        told.ticket().loop.execute(() -> told.ticket().told.accept(told.outcome()));
      } catch (RejectedExecutionException e) {
        told.ticket().end();
      }
    }
  }

  /** How many calls are under way. */
  public int running() {
    lock.lock();
    try {
      return running;
    } finally {
      lock.unlock();
    }
  }

  /** How many calls wait. */
  public int waiting() {
    lock.lock();
    try {
      return line.size();
    } finally {
      lock.unlock();
    }
  }
}
