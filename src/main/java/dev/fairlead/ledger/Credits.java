package dev.fairlead.ledger;

import dev.fairlead.identity.Organization;
import dev.fairlead.identity.Scope;
import dev.fairlead.identity.Tenants;
import dev.fairlead.money.Interval;
import dev.fairlead.money.Money;
import dev.fairlead.store.Database;
import dev.fairlead.store.Migration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The credits of organizations: what was paid in, entry by entry, only ever added to. Where one is
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
   * @param organization whose it is
   * @param reference the same is never entered twice
   * @param amount what is added; below nothing for a refund
   */
  public record Entry(
      String organization, String reference, Instant at, Kind kind, Money amount, String note) {}

  /**
   * Somebody wants to pay.
   *
   * @param organization for which
   * @param method how it is to be paid: no other payment fulfils it
   */
  public record Order(
      String organization, String id, Instant at, Money amount, String currency, String method) {}

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
  private final Tenants tenants;
  private final Ledger ledger;
  private final Budgets budgets;
  private final InstantSource clock;
  private boolean prepaid;
  private Optional<Money> lowBalance = Optional.empty();

  public Credits(
      Tenants tenants, Ledger ledger, Budgets budgets, Database database, InstantSource clock) {
    this.table = new CreditTable(database);
    this.tenants = tenants;
    this.ledger = ledger;
    this.budgets = budgets;
    this.clock = clock;
  }

  /**
   * From now on this holds for organizations that do not say otherwise.
   *
   * @param enforced nothing is spent beyond the credits
   * @param low what is left is told when it is less
   */
  public synchronized void rules(boolean enforced, Optional<Money> low) {
    prepaid = enforced;
    lowBalance = low;
    enforce();
  }

  /** Reads the store again: somebody else may have written to it, or organizations are others. */
  public synchronized void load() {
    enforce();
  }

  private void enforce() {
    Map<String, Long> totals = table.totals();
    List<Budget> limits = new ArrayList<>();
    for (Organization organization : tenants.organizations()) {
      Scope scope = organization.scope();
      Money total = new Money(totals.getOrDefault(organization.id(), 0L));
      if (prepaid(organization)) {
        limits.add(new Budget(scope, Interval.LIFETIME, total));
      }
      lowBalance(organization)
          .ifPresent(
              low -> limits.add(new Budget(scope, Interval.LIFETIME, total.less(low), false)));
    }
    budgets.set(Budgets.Origin.CREDITS, limits);
  }

  private boolean prepaid(Organization organization) {
    return organization.prepaid().orElse(prepaid);
  }

  private Optional<Money> lowBalance(Organization organization) {
    return organization.lowBalance().or(() -> lowBalance);
  }

  /** What an organization has paid in, without what was given back. */
  public Money total(String organization) {
    return new Money(table.totals().getOrDefault(organization, 0L));
  }

  /** What it has spent, ever. */
  public Money usage(String organization) {
    return ledger.standing(scope(organization)).lifetime();
  }

  private static Scope scope(String organization) {
    return new Scope(Scope.Kind.ORGANIZATION, organization);
  }

  /** How an organization's credits stand that are running low. */
  public record Low(String organization, Money total, Money left, Money threshold) {}

  /** None while all have enough. */
  public synchronized List<Low> low() {
    List<Organization> watched =
        tenants.organizations().stream().filter(it -> lowBalance(it).isPresent()).toList();
    if (watched.isEmpty()) {
      return List.of();
    }
    Map<String, Long> totals = table.totals();
    List<Low> low = new ArrayList<>();
    for (Organization organization : watched) {
      long total = totals.getOrDefault(organization.id(), 0L);
      Money left = new Money(total - usage(organization.id()).nanoUsd());
      Money least = lowBalance(organization).orElse(Money.ZERO);
      if (left.compareTo(least) < 0) {
        low.add(new Low(organization.id(), new Money(total), left, least));
      }
    }
    return low;
  }

  /** Enters an amount once, however often it is asked for. */
  public synchronized Entered enter(
      String organization, String reference, Kind kind, Money amount, String note) {
    Optional<Entry> known = table.find(reference);
    if (known.isPresent()) {
      Entry entry = known.get();
      return entry.organization().equals(organization)
              && entry.kind() == kind
              && entry.amount().equals(amount)
          ? Entered.KNOWN
          : Entered.DIFFERENT;
    }
    Entry entry = new Entry(organization, reference, clock.instant(), kind, amount, note);
    return amount.nanoUsd() < 0 ? refund(entry) : written(entry);
  }

  /** What is given back is held meanwhile, so that nobody spends it, on whatever node. */
  private Entered refund(Entry entry) {
    Scope scope = scope(entry.organization());
    Standing standing = ledger.standing(scope);
    Money left = total(entry.organization()).less(standing.lifetime().plus(standing.held()));
    if (left.plus(entry.amount()).nanoUsd() < 0) {
      return Entered.TOO_MUCH;
    }
    if (!tenants.organization(entry.organization()).map(this::prepaid).orElse(prepaid)) {
      return written(entry);
    }
    Money back = new Money(-entry.amount().nanoUsd());
    Optional<Hold> hold = ledger.holdPatiently("refund:" + entry.reference(), scope, back);
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

  /** Those of an organization, the newest first. */
  public List<Entry> entries(String organization, int offset, int limit) {
    return table.entries(organization, offset, limit);
  }

  public synchronized Order order(
      String organization, String id, Money amount, String currency, String method) {
    Order order = new Order(organization, id, clock.instant(), amount, currency, method);
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
    return enter(
        order.organization(),
        reference(order),
        Kind.PAYMENT,
        order.amount(),
        order.method() + " " + payment);
  }

  private static String reference(Order order) {
    return "order:" + order.id();
  }
}
