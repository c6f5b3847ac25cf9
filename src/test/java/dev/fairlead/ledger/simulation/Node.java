package dev.fairlead.ledger.simulation;

import dev.fairlead.ledger.BudgetPeriod;
import dev.fairlead.ledger.LeaseAdmission;
import dev.fairlead.ledger.LeaseCharge;
import dev.fairlead.ledger.LeaseHolder;
import dev.fairlead.ledger.LeaseRequest;
import dev.fairlead.ledger.LeaseTerms;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/** A node with a holder, a disk and a monotonic clock of its own that goes a little wrong. */
final class Node {
  private static final int BATCH = 20;
  private static final long SETTLE_EVERY = 300_000_000;

  String name;
  final int index;
  final Disk disk;
  private final LeaseTerms terms;
  private final Bug bug;
  private final RandomGenerator chance;
  private final double rate;
  private final Set<String> running = new LinkedHashSet<>();
  private final Set<BudgetPeriod> seen = new LinkedHashSet<>();
  private LeaseHolder holder;
  private long bootNanos;
  private long settledAt;
  private int lives;
  private int calls;
  private boolean up = true;

  Node(String name, int index, LeaseTerms agreed, Bug bug, RandomGenerator chance) {
    this.name = name;
    this.index = index;
    this.bug = bug;
    this.chance = chance;
    this.terms =
        bug == Bug.STOPS_LATE
            ? new LeaseTerms(agreed.term().multipliedBy(3), agreed.hold(), agreed.driftPpm())
            : agreed;
    double drift = agreed.driftPpm() / 1e6;
    this.rate = 1 + drift * (2 * chance.nextDouble() - 1);
    this.disk = new Disk(chance, bug == Bug.UNSYNCED_SPOOL);
    this.holder = life();
  }

  private LeaseHolder life() {
    bootNanos = chance.nextLong();
    return new LeaseHolder(name, index + "-" + ++lives, terms, disk::add);
  }

  /** Its monotonic clock begins anywhere with each start, and may pass the largest long. */
  private long nanos(long now) {
    return bootNanos + (long) (now * rate);
  }

  boolean up() {
    return up;
  }

  void crash(Checker checker) {
    checker.crashed(new HashSet<>(running));
    running.clear();
    disk.crash();
    up = false;
  }

  /** It starts under a name of its own from now on. */
  void rename() {
    name = "own" + index;
  }

  void start() {
    if (!up) {
      up = true;
      holder = life();
    }
  }

  boolean serves(long now) {
    return up && holder.serves(nanos(now));
  }

  Checker.Life life(LeaseHolder of) {
    return new Checker.Life(name, of.epoch());
  }

  Checker.Life current() {
    return life(holder);
  }

  /** What it has to say now. */
  List<Message> tick(long now) {
    List<Message> out = new ArrayList<>();
    holder.waiting().ifPresent(life -> out.add(new Message.Hello(name, life)));
    if (holder.due(nanos(now))) {
      out.add(new Message.Renew(rollingWrong(holder.request(nanos(now)))));
    }
    if (now - settledAt > SETTLE_EVERY) {
      settledAt = now;
      List<LeaseCharge> charges = disk.oldest(BATCH);
      if (!charges.isEmpty()) {
        out.add(new Message.Settle(charges));
      }
      if (chance.nextInt(3) == 0) {
        disk.sync();
      }
    }
    return out;
  }

  private LeaseRequest rollingWrong(LeaseRequest right) {
    if (bug != Bug.ROLL_FORGETS_HELD) {
      return right;
    }
    return new LeaseRequest(
        right.node(),
        right.epoch(),
        right.serial(),
        right.lines().stream()
            .map(
                l ->
                    l.budget().covers(holder.day())
                        ? l
                        : new LeaseRequest.Line(l.budget(), l.keepNano() - l.heldNano(), 0, 0, 0))
            .toList());
  }

  void hear(Message message, long now) {
    switch (message) {
      case Message.Begun begun -> holder.begun(begun.incarnation(), begun.epoch(), nanos(now));
      case Message.Renewed renewed -> {
        if (!holder.receive(renewed.reply(), nanos(now))) {
          holder.begin(index + "-" + ++lives);
        }
      }
      case Message.Booked booked -> disk.remove(booked.ids());
      case Message.Hello m -> throw new IllegalStateException("not for a node: " + m);
      case Message.Renew m -> throw new IllegalStateException("not for a node: " + m);
      case Message.Settle m -> throw new IllegalStateException("not for a node: " + m);
    }
  }

  /** A caller's request; empty when it is refused. */
  String ask(List<BudgetPeriod> budgets, long nano, long now, Checker checker) {
    String id = name + "." + index + "." + ++calls;
    seen.addAll(budgets);
    Checker.Life life = current();
    LeaseAdmission admission = holder.admit(id, budgets, nano, nanos(now));
    if (admission instanceof LeaseAdmission.Admitted) {
      checker.admitted(id, life, budgets, nano);
      running.add(id);
      return id;
    }
    if (bug == Bug.PARTIAL_HOLD
        && admission instanceof LeaseAdmission.Refused refused
        && budgets.indexOf(refused.budget()) > 0) {
      holder.admit(id, budgets.subList(0, budgets.indexOf(refused.budget())), nano, nanos(now));
    }
    return "";
  }

  /** The call ends; false when the process died over it. */
  boolean finish(String id, long charge, Checker checker) {
    if (!running.contains(id)) {
      return true;
    }
    try {
      holder.settle(id, charge);
      running.remove(id);
      checker.settled(id, charge);
      holder.settle(id, charge);
      return true;
    } catch (Disk.PowerLoss e) {
      if (e.survived()) {
        running.remove(id);
        checker.settled(id, charge);
      }
      crash(checker);
      return false;
    }
  }

  void check(Checker checker) {
    if (up && holder.epoch() > 0) {
      checker.holds(holder, current(), seen);
    }
  }

  long day() {
    return holder.day();
  }
}
