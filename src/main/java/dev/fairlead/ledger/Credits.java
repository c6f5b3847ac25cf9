package dev.fairlead.ledger;

import dev.fairlead.identity.Scope;
import dev.fairlead.money.Interval;
import dev.fairlead.money.Money;
import dev.fairlead.store.Database;
import dev.fairlead.store.Migration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The organization's credits: what was paid in, entry by entry, only ever added to. Where it is
 * prepaid, their sum is its lifetime budget, so that what is left is never below nothing. Blocking;
 * one change at a time.
 */
public final class Credits {
  public static final List<Migration> MIGRATIONS = CreditTable.MIGRATIONS;

  /** Why there is more, or less. */
  public enum Kind {
    /** By the operator. */
    TOP_UP,
    /** Somebody paid an order. */
    PAYMENT,
    /** Given back: the amount is taken off. */
    REFUND;

    public String word() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /**
   * @param reference the same is never entered twice
   * @param amount what is added; below nothing for a refund
   */
  public record Entry(String reference, Instant at, Kind kind, Money amount, String note) {}

  /**
   * Somebody wants to pay.
   *
   * @param method how it is to be paid: no other payment fulfils it
   */
  public record Order(String id, Instant at, Money amount, String currency, String method) {}

  /** What came of an entry. */
  public enum Entered {
    NEW,
    /** It is there already, the same. */
    KNOWN,
    /** Another one has this reference. */
    DIFFERENT,
    /** More would be given back than there is. */
    TOO_MUCH
  }

  private final CreditTable table;
  private final Ledger ledger;
  private final Budgets budgets;
  private final InstantSource clock;
  private boolean prepaid;
  private Optional<Money> lowBalance = Optional.empty();

  public Credits(Ledger ledger, Budgets budgets, Database database, InstantSource clock) {
    this.table = new CreditTable(database);
    this.ledger = ledger;
    this.budgets = budgets;
    this.clock = clock;
  }

  /**
   * From now on.
   *
   * @param enforced nothing is spent beyond the credits
   * @param low what is left is told when it is less
   */
  public synchronized void rules(boolean enforced, Optional<Money> low) {
    prepaid = enforced;
    lowBalance = low;
    enforce();
  }

  /** Reads the store again: somebody else may have written to it. */
  public synchronized void load() {
    enforce();
  }

  private void enforce() {
    Money total = total();
    List<Budget> limits = new ArrayList<>();
    if (prepaid) {
      limits.add(new Budget(Scope.ORGANIZATION, Interval.LIFETIME, total));
    }
    lowBalance.ifPresent(
        low ->
            limits.add(new Budget(Scope.ORGANIZATION, Interval.LIFETIME, total.less(low), false)));
    budgets.set(Budgets.Origin.CREDITS, limits);
  }

  /** What was paid in, without what was given back. */
  public Money total() {
    return new Money(table.total());
  }

  /** What is spent, ever. */
  public Money usage() {
    return ledger.standing(Scope.ORGANIZATION).lifetime();
  }

  /** How credits stand that are running low. */
  public record Low(Money total, Money left, Money threshold) {}

  /** Empty while there is enough. */
  public synchronized Optional<Low> low() {
    if (lowBalance.isEmpty()) {
      return Optional.empty();
    }
    Money all = total();
    Money spent = usage();
    Money left = new Money(all.nanoUsd() - spent.nanoUsd());
    return Optional.of(new Low(all, left, lowBalance.get()))
        .filter(low -> low.left().compareTo(low.threshold()) < 0);
  }

  /** Enters an amount once, however often it is asked for. */
  public synchronized Entered enter(String reference, Kind kind, Money amount, String note) {
    Optional<Entry> known = table.find(reference);
    if (known.isPresent()) {
      return known.get().kind() == kind && known.get().amount().equals(amount)
          ? Entered.KNOWN
          : Entered.DIFFERENT;
    }
    return amount.nanoUsd() < 0
        ? refund(new Entry(reference, clock.instant(), kind, amount, note))
        : written(new Entry(reference, clock.instant(), kind, amount, note));
  }

  /** What is given back is held meanwhile, so that nobody spends it, on whatever node. */
  private Entered refund(Entry entry) {
    Standing standing = ledger.standing(Scope.ORGANIZATION);
    Money left = total().less(standing.lifetime().plus(standing.held()));
    if (left.plus(entry.amount()).nanoUsd() < 0) {
      return Entered.TOO_MUCH;
    }
    if (!prepaid) {
      return written(entry);
    }
    Money back = new Money(-entry.amount().nanoUsd());
    Optional<Hold> hold = ledger.holdPatiently("refund:" + entry.reference(), back);
    if (hold.isEmpty()) {
      return Entered.TOO_MUCH;
    }
    try {
      return written(entry);
    } finally {
      ledger.release(hold.get());
    }
  }

  private Entered written(Entry entry) {
    table.insert(entry);
    enforce();
    return Entered.NEW;
  }

  /** The newest first. */
  public List<Entry> entries(int offset, int limit) {
    return table.entries(offset, limit);
  }

  public synchronized Order order(String id, Money amount, String currency, String method) {
    Order order = new Order(id, clock.instant(), amount, currency, method);
    table.insert(order);
    return order;
  }

  public Optional<Order> order(String id) {
    return table.order(id);
  }

  /** True when an order has been paid. */
  public boolean paid(Order order) {
    return table.find(reference(order)).isPresent();
  }

  /** An order is paid: its amount is entered, once. */
  public Entered pay(Order order, String payment) {
    return enter(reference(order), Kind.PAYMENT, order.amount(), order.method() + " " + payment);
  }

  private static String reference(Order order) {
    return "order:" + order.id();
  }
}
