package dev.fairlead.ledger.simulation;

import dev.fairlead.ledger.BudgetPeriod;
import dev.fairlead.ledger.LeaseBook;
import dev.fairlead.ledger.LeaseCharge;
import dev.fairlead.ledger.LeaseHolder;
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

  private final Map<String, Long> limits = new HashMap<>();
  private final Map<String, Call> open = new HashMap<>();
  private final Map<String, Call> settled = new HashMap<>();
  private final Map<String, LeaseBook.Booked> booked = new HashMap<>();
  private final Map<BudgetPeriod, Long> spent = new HashMap<>();
  private final Map<BudgetPeriod, Long> totals = new HashMap<>();
  private final Map<Life, Map<BudgetPeriod, Long>> exposed = new HashMap<>();
  private final Set<Life> returned = new HashSet<>();
  private long lateCharges;
  private long absorbed;

  static String name(BudgetPeriod budget) {
    return budget.scope() + "/" + budget.interval();
  }

  void limit(BudgetPeriod budget, long nano) {
    limits.put(name(budget), nano);
  }

  long limit(BudgetPeriod budget) {
    return limits.getOrDefault(name(budget), 0L);
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
    Map<BudgetPeriod, Long> own = exposed.computeIfAbsent(life, l -> new HashMap<>());
    budgets.forEach(budget -> own.merge(budget, change, Math::addExact));
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
  }

  /** After each step of the authority. */
  void books(LeaseBook book, Set<BudgetPeriod> budgets) {
    Map<BudgetPeriod, Long> leased = new HashMap<>();
    Map<Life, Map<BudgetPeriod, Long>> kept = new HashMap<>();
    for (LeaseBook.Lease lease : book.leases()) {
      if (lease.outstandingNano() < 0 || lease.settledNano() < 0) {
        throw new Violation("below nothing: " + lease);
      }
      leased.merge(lease.budget(), lease.outstandingNano(), Math::addExact);
      kept.computeIfAbsent(new Life(lease.node(), lease.epoch()), l -> new HashMap<>())
          .put(lease.budget(), lease.outstandingNano());
    }
    for (BudgetPeriod budget : budgets) {
      if (book.spentNano(budget) != spent(budget)) {
        throw new Violation(
            budget + " has " + book.spentNano(budget) + " in the books, really " + spent(budget));
      }
      long total = spent(budget) + leased.getOrDefault(budget, 0L);
      if (total > limit(budget) && total > totals.getOrDefault(budget, 0L)) {
        throw new Violation(
            budget + ": spent " + spent(budget) + " and leased " + leased.get(budget)
                + " pass the limit " + limit(budget));
      }
      totals.put(budget, total);
    }
    exposed.forEach((life, own) -> covered(life, own, kept.getOrDefault(life, Map.of())));
  }

  private void covered(Life life, Map<BudgetPeriod, Long> own, Map<BudgetPeriod, Long> kept) {
    if (returned.contains(life)) {
      return;
    }
    own.forEach(
        (budget, nano) -> {
          if (nano > kept.getOrDefault(budget, 0L)) {
            throw new Violation(
                life + " has held or spent " + nano + " of " + budget + " and leases "
                    + kept.getOrDefault(budget, 0L));
          }
        });
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
            life + " holds " + holder.heldNano(budget) + " of " + budget + ", its calls "
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
