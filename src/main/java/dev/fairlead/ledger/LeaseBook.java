package dev.fairlead.ledger;

import dev.fairlead.identity.Scope;
import dev.fairlead.money.Interval;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The authority over leases. For every budget and period, what is spent and what nodes hold leases
 * on together never pass the limit; a limit that is lowered below that grants nothing more until
 * enough has come back.
 *
 * <p>Amounts of a lease only ever count up within an epoch (granted, settled), so that a message
 * that is lost, doubled or late does no harm: see docs/adr/0018-leases.md for the proof. A lease
 * that is not renewed is watched by a monotonic clock, never by the time of day; the watch is not
 * durable, and begins anew after a restart, which only makes it later.
 *
 * <p>Each operation is one transaction. Not safe for threads: the caller guards it.
 */
public final class LeaseBook {
  /** What a budget may spend in each of its periods. */
  public record Limit(Scope scope, Interval interval, long nano) {}

  /** What is spent of one period of a budget, by all nodes. */
  public record Spending(BudgetPeriod budget, long nano) {}

  /**
   * One life of a node.
   *
   * @param incarnation what the node called this life when it began
   * @param serial of the last request that was heard
   */
  public record Session(String node, long epoch, String incarnation, long serial, boolean fenced) {}

  /** What one life of a node may spend of a budget, and has settled of it. */
  public record Lease(
      BudgetPeriod budget, String node, long epoch, long grantedNano, long settledNano) {
    public long outstandingNano() {
      return grantedNano - settledNano;
    }
  }

  /** How a charge was booked: what the customer pays, and what the operator bears. */
  public record Booked(String id, long chargeNano, long absorbedNano) {}

  /** A node that needs more of a budget than is free. */
  public record Waiting(BudgetPeriod budget, String node) {}

  /** All that is durable. */
  public record Books(
      long day,
      List<Limit> limits,
      List<Spending> spending,
      Map<String, Long> epochs,
      List<Session> sessions,
      List<Lease> leases,
      List<Waiting> waiting,
      List<Booked> booked) {
    public static final Books EMPTY =
        new Books(0, List.of(), List.of(), Map.of(), List.of(), List.of(), List.of(), List.of());
  }

  private record Budgeted(Scope scope, Interval interval) {}

  private record Life(String node, long epoch) {}

  private record Part(Life life, BudgetPeriod budget) {}

  private static final long UNHEARD = 0;

  private final Map<Budgeted, Long> limits = new LinkedHashMap<>();
  private final Map<BudgetPeriod, Long> spent = new LinkedHashMap<>();
  private final Map<BudgetPeriod, Long> outstanding = new HashMap<>();
  private final Map<String, Long> epochs = new LinkedHashMap<>();
  private final Map<Life, Session> sessions = new LinkedHashMap<>();
  private final Map<Part, Lease> leases = new LinkedHashMap<>();
  private final Map<String, Booked> booked = new LinkedHashMap<>();
  private final LeaseWatch watch;
  private final Map<BudgetPeriod, Set<String>> wanting = new LinkedHashMap<>();
  private long day;

  public LeaseBook(LeaseTerms terms, Books books) {
    watch = new LeaseWatch(terms);
    day = books.day();
    books.limits().forEach(l -> limits.put(new Budgeted(l.scope(), l.interval()), l.nano()));
    books.spending().forEach(s -> spent.put(s.budget(), s.nano()));
    epochs.putAll(books.epochs());
    books.sessions().forEach(s -> sessions.put(new Life(s.node(), s.epoch()), s));
    books.leases().forEach(this::put);
    books.waiting().forEach(w -> waiting(w.budget()).add(w.node()));
    books.booked().forEach(b -> booked.put(b.id(), b));
  }

  /** All that has to be there after a restart. */
  public Books books() {
    return new Books(
        day,
        limits.entrySet().stream()
            .map(e -> new Limit(e.getKey().scope(), e.getKey().interval(), e.getValue()))
            .toList(),
        spent.entrySet().stream().map(e -> new Spending(e.getKey(), e.getValue())).toList(),
        Map.copyOf(epochs),
        List.copyOf(sessions.values()),
        List.copyOf(leases.values()),
        wanting.entrySet().stream()
            .flatMap(e -> e.getValue().stream().sorted().map(n -> new Waiting(e.getKey(), n)))
            .toList(),
        List.copyOf(booked.values()));
  }

  /** What is leased now, to whom. */
  public List<Lease> leases() {
    return List.copyOf(leases.values());
  }

  /** What is booked on a budget in a period. */
  public long spentNano(BudgetPeriod budget) {
    return spent.getOrDefault(budget, 0L);
  }

  /** Sets a budget, or another limit for it. */
  public void limit(Scope scope, Interval interval, long nano) {
    if (nano < 0) {
      throw new IllegalArgumentException("a limit is not below nothing: " + nano + " of " + scope);
    }
    limits.put(new Budgeted(scope, interval), nano);
  }

  /** Moves on to a day, counted from 1970. An earlier one changes nothing: days never go back. */
  public void day(long now) {
    if (now > day) {
      day = now;
      leases
          .values()
          .removeIf(lease -> !lease.budget().covers(now) && lease.outstandingNano() == 0);
      wanting.keySet().removeIf(budget -> !budget.covers(now));
    }
  }

  public long day() {
    return day;
  }

  /**
   * Begins a new life of a node, and fences the ones before: they are renewed no more, and what
   * they hold comes back when they have provably stopped. Asked again, the answer is the same.
   */
  public long begin(String node, String incarnation) {
    long last = epochs.getOrDefault(node, 0L);
    Session current = sessions.get(new Life(node, last));
    if (current != null && !current.fenced() && current.incarnation().equals(incarnation)) {
      return last;
    }
    sessions.replaceAll((life, session) -> life.node().equals(node) ? fence(session) : session);
    wanting.values().forEach(nodes -> nodes.remove(node));
    epochs.put(node, last + 1);
    sessions.put(
        new Life(node, last + 1), new Session(node, last + 1, incarnation, UNHEARD, false));
    return last + 1;
  }

  private static Session fence(Session s) {
    return new Session(s.node(), s.epoch(), s.incarnation(), s.serial(), true);
  }

  /** Renews all leases of a node, takes what it gives back, and grants what it may have. */
  public LeaseReply renew(LeaseRequest request) {
    Life life = new Life(request.node(), request.epoch());
    Session session = sessions.get(life);
    if (session == null || session.fenced()) {
      return new LeaseReply(
          request.node(), request.epoch(), request.serial(), true, day, List.of());
    }
    if (request.serial() <= session.serial()) {
      return new LeaseReply(
          request.node(), request.epoch(), UNHEARD, false, day, List.of()); // nobody waits for it
    }
    sessions.put(
        life,
        new Session(
            session.node(), session.epoch(), session.incarnation(), request.serial(), false));
    request.lines().forEach(line -> giveBack(life, line));
    long lives = lives();
    List<LeaseReply.Line> lines =
        request.lines().stream().map(line -> grant(life, line, lives)).toList();
    return new LeaseReply(request.node(), request.epoch(), request.serial(), false, day, lines);
  }

  private void giveBack(Life life, LeaseRequest.Line line) {
    Lease lease = leases.get(new Part(life, line.budget()));
    if (lease != null && line.keepNano() < lease.grantedNano()) {
      long keep = Math.max(line.keepNano(), lease.settledNano());
      put(new Lease(lease.budget(), life.node(), life.epoch(), keep, lease.settledNano()));
    }
  }

  private LeaseReply.Line grant(Life life, LeaseRequest.Line line, long lives) {
    BudgetPeriod budget = line.budget();
    Lease lease =
        leases.getOrDefault(
            new Part(life, budget), new Lease(budget, life.node(), life.epoch(), 0, 0));
    if (!budget.covers(day)) {
      return line(lease, true, line.needNano() > 0);
    }
    long free = freeNano(budget);
    boolean refused = line.needNano() > 0 && line.needNano() > free;
    Set<String> waiting = waiting(budget);
    if (refused) {
      waiting.add(life.node());
    } else {
      waiting.remove(life.node());
    }
    boolean scarce = !waiting.isEmpty() || free < 0;
    long slice = scarce ? 0 : Math.min(line.wishNano(), free / (2 * lives));
    long more = refused ? 0 : Math.max(line.needNano(), slice);
    if (more > 0) {
      lease =
          new Lease(
              budget,
              life.node(),
              life.epoch(),
              Math.addExact(lease.grantedNano(), more),
              lease.settledNano());
      put(lease);
    }
    return line(lease, scarce, refused);
  }

  private LeaseReply.Line line(Lease lease, boolean scarce, boolean refused) {
    BudgetPeriod budget = lease.budget();
    long elsewhere = outstanding.getOrDefault(budget, 0L) - lease.outstandingNano();
    return new LeaseReply.Line(
        budget, lease.grantedNano(), scarce, refused, freeNano(budget), elsewhere);
  }

  private Set<String> waiting(BudgetPeriod budget) {
    return wanting.computeIfAbsent(budget, b -> new HashSet<>());
  }

  private long lives() {
    return Math.max(1, sessions.values().stream().filter(s -> !s.fenced()).count());
  }

  /** What is neither spent nor leased; below nothing after a limit was lowered. */
  public long freeNano(BudgetPeriod budget) {
    long limit = limits.getOrDefault(new Budgeted(budget.scope(), budget.interval()), 0L);
    return limit - spent.getOrDefault(budget, 0L) - outstanding.getOrDefault(budget, 0L);
  }

  /**
   * Books charges, each once however often it comes. One that its lease still covers is booked in
   * full. One that comes after its lease has come back is booked as far as every one of its budgets
   * has room; the rest is the operator's.
   */
  public List<Booked> settle(List<LeaseCharge> charges) {
    List<Booked> all = new ArrayList<>();
    for (LeaseCharge charge : charges) {
      Booked before = booked.get(charge.id());
      all.add(before == null ? book(charge) : before);
    }
    return all;
  }

  private Booked book(LeaseCharge charge) {
    Life life = new Life(charge.node(), charge.epoch());
    List<BudgetPeriod> budgets = charge.budgets().stream().distinct().toList();
    long pays = charge.nano();
    for (BudgetPeriod budget : budgets) {
      long room = Math.addExact(kept(life, budget), Math.max(0, freeNano(budget)));
      pays = Math.min(pays, room);
    }
    for (BudgetPeriod budget : budgets) {
      long fromLease = Math.min(pays, kept(life, budget));
      spent.merge(budget, pays, Math::addExact);
      Lease lease = leases.get(new Part(life, budget));
      if (lease != null) {
        put(
            new Lease(
                budget,
                life.node(),
                life.epoch(),
                lease.grantedNano(),
                lease.settledNano() + fromLease));
      }
    }
    Booked result = new Booked(charge.id(), pays, charge.nano() - pays);
    booked.put(charge.id(), result);
    return result;
  }

  private long kept(Life life, BudgetPeriod budget) {
    Lease lease = leases.get(new Part(life, budget));
    return lease == null ? 0 : lease.outstandingNano();
  }

  private void put(Lease lease) {
    Lease before =
        leases.put(new Part(new Life(lease.node(), lease.epoch()), lease.budget()), lease);
    long change = lease.outstandingNano() - (before == null ? 0 : before.outstandingNano());
    outstanding.merge(lease.budget(), change, Math::addExact);
  }

  /**
   * Ends the lives that have not been heard for so long that they have stopped, by a monotonic
   * clock; what they did not spend is free again. To be called every now and then.
   *
   * @return those that ended
   */
  public List<Session> expire(long nanos) {
    List<Session> ended = watch.over(sessions.values(), nanos);
    ended.forEach(this::end);
    return ended;
  }

  private void end(Session session) {
    Life life = new Life(session.node(), session.epoch());
    sessions.remove(life);
    if (epochs.getOrDefault(session.node(), 0L) == session.epoch()) {
      wanting.values().forEach(nodes -> nodes.remove(session.node()));
    }
    Iterator<Lease> all = leases.values().iterator();
    while (all.hasNext()) {
      Lease lease = all.next();
      if (lease.node().equals(session.node()) && lease.epoch() == session.epoch()) {
        outstanding.merge(lease.budget(), -lease.outstandingNano(), Math::addExact);
        all.remove();
      }
    }
  }
}
