package dev.fairlead;

import dev.fairlead.config.BudgetConfig;
import dev.fairlead.config.SpendingConfig;
import dev.fairlead.exchange.Corridor;
import dev.fairlead.identity.Key;
import dev.fairlead.identity.Scope;
import dev.fairlead.ledger.Budget;
import dev.fairlead.money.Markup;
import dev.fairlead.money.Money;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** From what is configured about money to what the rooms take. */
final class Spending {
  private Spending() {}

  static Corridor.Spending terms(SpendingConfig config) {
    return new Corridor.Spending(
        config.clampOutput(), new Markup(config.markupPercent()), config.prepaid());
  }

  static List<Budget> budgets(SpendingConfig config) {
    List<Budget> budgets = new ArrayList<>();
    for (BudgetConfig budget : config.budgets()) {
      Scope.Kind kind = Scope.Kind.valueOf(budget.scope().toUpperCase(Locale.ROOT));
      budgets.add(
          new Budget(
              new Scope(kind, budget.id().orElse(Scope.EACH)),
              budget.reset(),
              Money.ofUsd(budget.limit()),
              !budget.soft()));
    }
    return budgets;
  }

  /** The limits of keys; rotations of one key share theirs. */
  static List<Budget> ofKeys(Collection<Key> keys) {
    List<Budget> budgets = new ArrayList<>();
    Set<Budget> known = new HashSet<>();
    for (Key key : keys) {
      key.terms()
          .allowance()
          .map(
              allowance ->
                  new Budget(key.scope(), allowance.reset(), allowance.limit())
                      .ownCounts(key.terms().ownCredentialsCount()))
          .filter(known::add)
          .ifPresent(budgets::add);
    }
    return budgets;
  }
}
