package dev.fairlead.ledger.simulation;

import dev.fairlead.identity.Scope;
import dev.fairlead.ledger.BudgetPeriod;
import dev.fairlead.ledger.LeaseBook;
import dev.fairlead.ledger.LeaseCharge;
import dev.fairlead.ledger.LeaseHolder;
import dev.fairlead.money.Interval;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Keeps its own account of what was really admitted, settled and booked, and knows nothing of how
 * the protocol does it. Each method throws a {@link Violation}.
 */
final class Checker {
  record Life(String node, long epoch) {}

  private record Call(Life life, List<BudgetPeriod> budgets, long nano) {}

  private record Kind(Scope scope, Interval interval) {}

  private final Map<Kind, Long> limits = new HashMap<>();
  private final Map<String, Call> open = new HashMap<>();
  private final Map<String, Call> settled = new HashMap<>();
  private final Map<String, LeaseBook.Booked> booked = new HashMap<>();
  private final Map<BudgetPeriod, Long> spent = new HashMap<>();
  private final Map<BudgetPeriod, Long> totals = new HashMap<>();
  private final Map<Life, Map<BudgetPeriod, Long>> exposed = new HashMap<>();
  private final Set<BudgetPeriod> budgets = new HashSet<>();
  private final Set<Life> returned = new HashSet<>();
  private long exposure;
  private long lateCharges;
  private long absorbed;

  private static Kind kind(BudgetPeriod budget) {
    return new Kind(budget.scope(), budget.interval());
  }

  void limit(BudgetPeriod budget, long nano) {
    limits.put(kind(budget), nano);
  }

  long limit(BudgetPeriod budget) {
    return limits.getOrDefault(kind(budget), 0L);
  }

  long spent(BudgetPeriod budget) {
    return spent.getOrDefault(budget, 0L);
  }

  int charges() {
    return settled.size();
  }

  long lateCharges() {
    return lateCharges;
  }

  long absorbed() {
    return absorbed;
  }

  private void expose(Life life, List<BudgetPeriod> budgets, long change) {
    if (returned.contains(life)) {
      return;
    }
    Map<BudgetPeriod, Long> own = exposed.computeIfAbsent(life, l -> new HashMap<>());
    budgets.forEach(budget -> own.merge(budget, change, Math::addExact));
    exposure += change * budgets.size();
  }

  void admitted(String id, Life life, List<BudgetPeriod> budgets, long nano) {
    if (returned.contains(life)) {
      throw new Violation(id + " was admitted by " + life + ", whose lease has come back");
    }
    open.put(id, new Call(life, budgets, nano));
    expose(life, budgets, nano);
  }

  /** The caller has his answer, or the record has survived: from now on it must not get lost. */
  void settled(String id, long charge) {
    Call call = open.remove(id);
    if (call == null) {
      throw new Violation(id + " was settled and is not open");
    }
    expose(call.life(), call.budgets(), charge - call.nano());
    if (charge > 0) {
      settled.put(id, new Call(call.life(), call.budgets(), charge));
    }
  }

  /** The process is gone, and its open calls with it. */
  void crashed(Set<String> ids) {
    for (String id : ids) {
      Call call = open.remove(id);
      if (call != null) {
        expose(call.life(), call.budgets(), -call.nano());
      }
    }
  }

  void booked(LeaseCharge charge, LeaseBook.Booked result) {
    Call call = settled.get(charge.id());
    if (call == null || call.nano() != charge.nano()) {
      throw new Violation(charge + " was booked and never settled so");
    }
    LeaseBook.Booked before = booked.putIfAbsent(charge.id(), result);
    if (before != null) {
      if (!before.equals(result)) {
        throw new Violation(charge.id() + " was booked twice: " + before + ", " + result);
      }
      return;
    }
    if (result.chargeNano() < 0 || result.chargeNano() + result.absorbedNano() != call.nano()) {
      throw new Violation("booked " + result + " of " + call);
    }
    if (returned.contains(call.life())) {
      lateCharges++;
      absorbed += result.absorbedNano();
    } else if (result.absorbedNano() != 0) {
      throw new Violation(charge.id() + " had a lease and was not booked in full: " + result);
    }
    expose(call.life(), call.budgets(), -call.nano());
    call.budgets().forEach(b -> spent.merge(b, result.chargeNano(), Math::addExact));
  }

  /** The authority takes a life's leases back: nothing may be under way, and nothing begin. */
  void returned(Life life, boolean serves) {
    if (serves) {
      throw new Violation("the lease of " + life + " came back while it still admits");
    }
    for (Map.Entry<String, Call> call : open.entrySet()) {
      if (call.getValue().life().equals(life)) {
        throw new Violation("the lease of " + life + " came back while " + call.getKey() + " runs");
      }
    }
    returned.add(life);
    Map<BudgetPeriod, Long> undelivered = exposed.remove(life);
    if (undelivered != null) {
      exposure -= undelivered.values().stream().mapToLong(n -> n).sum();
    }
  }

  /** After each step of the authority. */
  void books(LeaseBook book) {
    Map<BudgetPeriod, Long> leased = new HashMap<>();
    long covered = 0;
    for (LeaseBook.Lease lease : book.leases()) {
      long kept = lease.outstandingNano();
      if (kept < 0 || lease.settledNano() < 0) {
        throw new Violation("below nothing: " + lease);
      }
      leased.merge(lease.budget(), kept, Math::addExact);
      budgets.add(lease.budget());
      Life life = new Life(lease.node(), lease.epoch());
      long own = exposed.getOrDefault(life, Map.of()).getOrDefault(lease.budget(), 0L);
      if (own > kept) {
        throw new Violation(life + " holds or has spent " + own + ", more than its " + lease);
      }
      covered += own;
    }
    if (covered != exposure) {
      throw new Violation("of " + exposure + " held or spent, leases cover " + covered);
    }
    for (BudgetPeriod budget : budgets) {
      if (book.spentNano(budget) != spent(budget)) {
        throw new Violation(
            budget + " has " + book.spentNano(budget) + " in the books, really " + spent(budget));
      }
      long total = spent(budget) + leased.getOrDefault(budget, 0L);
      if (total > limit(budget) && total > totals.getOrDefault(budget, 0L)) {
        throw new Violation(
            budget
                + ": spent "
                + spent(budget)
                + " and leased "
                + leased.get(budget)
                + " pass the limit "
                + limit(budget));
      }
      totals.put(budget, total);
    }
  }

  /** After each step of a node: it holds what its open calls hold, and nothing besides. */
  void holds(LeaseHolder holder, Life life, Set<BudgetPeriod> budgets) {
    Map<BudgetPeriod, Long> held = new HashMap<>();
    for (Call call : open.values()) {
      if (call.life().equals(life)) {
        call.budgets().forEach(b -> held.merge(b, call.nano(), Math::addExact));
      }
    }
    for (BudgetPeriod budget : budgets) {
      if (holder.heldNano(budget) != held.getOrDefault(budget, 0L)) {
        throw new Violation(
            life
                + " holds "
                + holder.heldNano(budget)
                + " of "
                + budget
                + ", its calls "
                + held.getOrDefault(budget, 0L));
      }
    }
  }

  /** At the end: what was settled is booked, what was leased has come back. */
  void end(LeaseBook book) {
    for (String id : settled.keySet()) {
      if (!booked.containsKey(id)) {
        throw new Violation(id + " was settled and is lost: " + settled.get(id));
      }
    }
    for (LeaseBook.Lease lease : book.leases()) {
      if (lease.outstandingNano() != 0) {
        throw new Violation("never came back: " + lease);
      }
    }
  }
}
