package dev.fairlead.ledger;

import dev.fairlead.identity.Scope;
import dev.fairlead.money.Interval;
import dev.fairlead.money.Money;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What each scope has spent and holds, and what it may. Guarded by the ledger's lock. */
final class Tabs {
  private final Map<Scope, Tab> tabs = new HashMap<>();

  /** What own credentials cost, of those scopes alone for which they did. */
  private final Map<Scope, Tab> own = new HashMap<>();

  private Map<Scope, List<Budget>> budgets = Map.of();
  private long today;

  /** Days of the books never go back, whatever the clock does. */
  long day(long now) {
    today = Math.max(today, now);
    return today;
  }

  Tab of(Scope scope) {
    return in(tabs, scope);
  }

  Tab own(Scope scope) {
    return in(own, scope);
  }

  private Tab in(Map<Scope, Tab> all, Scope scope) {
    Tab tab = all.computeIfAbsent(scope, s -> new Tab());
    tab.at(today);
    return tab;
  }

  /** The figures of a scope. */
  Standing standing(Scope scope) {
    return tabs.containsKey(scope) ? standing(of(scope)) : Standing.NOTHING;
  }

  /** What own credentials cost a scope. */
  Standing ownStanding(Scope scope) {
    return own.containsKey(scope) ? standing(own(scope)) : Standing.NOTHING;
  }

  private static Standing standing(Tab tab) {
    return new Standing(
        new Money(tab.spent(Interval.LIFETIME)),
        new Money(tab.spent(Interval.DAILY)),
        new Money(tab.spent(Interval.WEEKLY)),
        new Money(tab.spent(Interval.MONTHLY)),
        new Money(tab.held(Interval.LIFETIME)));
  }

  /** From now on these budgets hold, and no others; what is spent and held stays as it is. */
  void replace(Collection<Budget> all) {
    Map<Scope, List<Budget>> next = new HashMap<>();
    for (Budget budget : all) {
      next.computeIfAbsent(budget.scope(), s -> new ArrayList<>()).add(budget);
    }
    budgets = next;
  }

  /** A scope's own budgets, or else those of each scope of its kind. */
  List<Budget> budgets(Scope scope) {
    List<Budget> own = budgets.get(scope);
    return own == null ? budgets.getOrDefault(scope.kind().each(), List.of()) : own;
  }

  /** What counts as spent in a budget's period. */
  long spent(Scope scope, Budget budget) {
    long spent = of(scope).spent(budget.interval());
    return budget.ownCounts() && own.containsKey(scope)
        ? Math.addExact(spent, own(scope).spent(budget.interval()))
        : spent;
  }

  /** The first budget in which own credentials count, and which has nothing left for one. */
  Optional<Held.Denied> exhausted(List<Scope> scopes, Money asked) {
    for (Scope scope : scopes) {
      for (Budget budget : budgets(scope)) {
        if (budget.ownCounts() && spent(scope, budget) >= budget.limit().nanoUsd()) {
          return Optional.of(denied(scope, budget, asked));
        }
      }
    }
    return Optional.empty();
  }

  private Held.Denied denied(Scope scope, Budget budget, Money asked) {
    return new Held.Denied(
        budget.of(scope),
        today,
        new Money(spent(scope, budget)),
        new Money(of(scope).held(budget.interval())),
        asked);
  }

  /** The least that a scope may spend in a period; without a budget, nothing is granted. */
  long limit(BudgetPeriod period) {
    long least = Long.MAX_VALUE;
    for (Budget budget : budgets(period.scope())) {
      if (budget.interval() == period.interval()) {
        long own = spent(period.scope(), budget) - of(period.scope()).spent(period.interval());
        least = Math.min(least, Math.max(0, budget.limit().nanoUsd() - own));
      }
    }
    return least == Long.MAX_VALUE ? 0 : least;
  }

  /** The first budget that has not so much left. */
  Optional<Held> refusal(List<Scope> scopes, Money asked) {
    for (Scope scope : scopes) {
      for (Budget budget : budgets(scope)) {
        long taken = Math.addExact(spent(scope, budget), of(scope).held(budget.interval()));
        if (asked.nanoUsd() > budget.limit().nanoUsd() - taken) {
          return Optional.of(denied(scope, budget, asked));
        }
      }
    }
    return Optional.empty();
  }

  void hold(Hold hold) {
    hold.scopes().forEach(scope -> of(scope).hold(hold.amount().nanoUsd()));
  }

  /** What was posted, by whomever. */
  void read(LedgerTable.Totals totals) {
    totals.spent().forEach(total -> of(total.scope()).read(total));
    totals.own().forEach(total -> own(total.scope()).read(total));
  }
}
