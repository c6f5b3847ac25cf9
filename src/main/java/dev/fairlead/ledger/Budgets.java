package dev.fairlead.ledger;

import dev.fairlead.identity.Scope;
import dev.fairlead.money.Money;
import dev.fairlead.store.Database;
import dev.fairlead.store.Migration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * All budgets that hold, wherever they are set. A change is first written, then holds for the next
 * request. What decides a request is read without a lock; changes are made one at a time, and
 * block.
 */
public final class Budgets {
  public static final List<Migration> MIGRATIONS = BudgetTable.MIGRATIONS;

  /** Where budgets are set. */
  public enum Origin {
    KEYS,
    CONFIGURATION,
    CREDITS,
    STORE
  }

  /** A budget that was set through the management API. */
  public record Kept(Budget budget, Instant createdAt, Optional<Instant> updatedAt) {}

  private static final System.Logger LOG = System.getLogger("fairlead.budget");
  private static final long DAY_SECONDS = 86_400;
  private static final int MOST_TOLD = 100_000;

  private record Told(long period, Money limit) {}

  private record Snapshot(Map<Scope, List<Budget>> soft, Set<Scope.Kind> kinds) {}

  private final Ledger ledger;
  private final BudgetTable table;
  private final InstantSource clock;
  private final Map<Origin, List<Budget>> all = new EnumMap<>(Origin.class);
  private final Map<String, Told> told = new ConcurrentHashMap<>();
  private List<Kept> kept;
  private volatile Snapshot snapshot = new Snapshot(Map.of(), EnumSet.noneOf(Scope.Kind.class));

  public Budgets(Ledger ledger, Database database, InstantSource clock) {
    this.ledger = ledger;
    this.table = new BudgetTable(database);
    this.clock = clock;
    this.kept = table.all();
    store();
  }

  /** Reads the store again: somebody else may have written to it. */
  public synchronized void load() {
    kept = table.all();
    store();
  }

  /** From now on these are all that are set there. */
  public synchronized void set(Origin origin, List<Budget> budgets) {
    all.put(origin, List.copyOf(budgets));
    publish();
  }

  /** Sets a budget of the management API, or another limit for it. */
  public synchronized Kept put(Budget budget) {
    table.put(budget, clock.instant());
    kept = table.all();
    store();
    return kept.stream()
        .filter(one -> one.budget().replaces(budget))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("a budget that was just written is gone"));
  }

  /** Removes a budget of the management API; false when there is none. */
  public synchronized boolean remove(Budget budget) {
    if (kept.stream().noneMatch(one -> one.budget().replaces(budget))) {
      return false;
    }
    table.remove(budget);
    kept = table.all();
    store();
    return true;
  }

  /** Those of the management API. */
  public synchronized List<Kept> kept() {
    return kept;
  }

  /** All of them, by where they are set. */
  public synchronized Map<Origin, List<Budget>> all() {
    return new EnumMap<>(all);
  }

  /** True when spending of such scopes is of interest, because some have a budget. */
  public boolean concern(Scope.Kind kind) {
    return snapshot.kinds.contains(kind);
  }

  /** What is to be told, but not refused, when a scope passes it. */
  public List<Budget> soft(Scope scope) {
    Map<Scope, List<Budget>> soft = snapshot.soft;
    List<Budget> own = soft.get(scope);
    List<Budget> found = own == null ? soft.getOrDefault(scope.kind().each(), List.of()) : own;
    return found.stream().map(budget -> budget.of(scope)).toList();
  }

  /** Tells once for each period that a soft budget is passed. */
  public void passed(Budget budget, Money spent) {
    String name = budget.scope() + "/" + budget.interval();
    long period = budget.interval().start(clock.instant().getEpochSecond() / DAY_SECONDS);
    Told now = new Told(period, budget.limit());
    if (told.size() >= MOST_TOLD) {
      told.clear();
    }
    if (!now.equals(told.put(name, now))) {
      LOG.log(
          System.Logger.Level.WARNING,
          "the {0} budget of {1}, {2}, is passed: {3} is spent",
          budget.interval().word(),
          budget.scope(),
          budget.limit(),
          spent);
    }
  }

  private void store() {
    set(Origin.STORE, kept.stream().map(Kept::budget).toList());
  }

  private void publish() {
    List<Budget> hard = new ArrayList<>();
    Map<Scope, List<Budget>> soft = new HashMap<>();
    Set<Scope.Kind> kinds = EnumSet.noneOf(Scope.Kind.class);
    for (Budget budget : together()) {
      kinds.add(budget.scope().kind());
      if (budget.hard()) {
        hard.add(budget);
      } else {
        soft.computeIfAbsent(budget.scope(), s -> new ArrayList<>()).add(budget);
      }
    }
    ledger.replace(hard);
    snapshot = new Snapshot(soft, kinds);
  }

  /**
   * A budget of a scope's own takes the place of that for each of its kind. Credits are none: they
   * stand beside whatever holds without them.
   */
  private List<Budget> together() {
    List<Budget> set = new ArrayList<>();
    all.forEach((origin, budgets) -> set.addAll(origin == Origin.CREDITS ? List.of() : budgets));
    List<Budget> credits = all.getOrDefault(Origin.CREDITS, List.of());
    List<Budget> together = new ArrayList<>(set);
    together.addAll(credits);
    for (boolean hard : new boolean[] {true, false}) {
      Set<Scope> only = new LinkedHashSet<>();
      credits.stream().filter(it -> it.hard() == hard).map(Budget::scope).forEach(only::add);
      set.stream().filter(it -> it.hard() == hard).map(Budget::scope).forEach(only::remove);
      for (Scope scope : only) {
        set.stream()
            .filter(it -> it.hard() == hard && it.scope().equals(scope.kind().each()))
            .map(it -> it.of(scope))
            .forEach(together::add);
      }
    }
    return together;
  }
}
