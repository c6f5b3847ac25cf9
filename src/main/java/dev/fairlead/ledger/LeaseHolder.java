package dev.fairlead.ledger;

import dev.fairlead.ledger.LeaseAdmission.Admitted;
import dev.fairlead.ledger.LeaseAdmission.Reason;
import dev.fairlead.ledger.LeaseAdmission.Refused;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A node's side of the leases: what it has, what of it is used and held, what it asks for. It
 * admits without asking anybody, all-or-nothing over the budgets of a call, until its term is over
 * by its own monotonic clock, counted from before it sent the last request that was answered.
 *
 * <p>Every life of a node begins with an empty lease: {@link #begin} a life, tell the authority,
 * and {@link #begun} when it answers. Not safe for threads: the caller guards it.
 */
public final class LeaseHolder {
  private static final long WITHOUT = 0;
  private static final long UNHEARD = -1;

  /** One lease. Amounts count up within a life. */
  private static final class Slot {
    private long granted;
    private long used;
    private long held;
    private long need;
    private long heard;
    private long lastGrant;
    private long lastUseNanos;
    private long reserve;
    private long reservedUntilNanos;
    private boolean scarce;
    private boolean refused;
    private long free;
    private long elsewhere;

    private long idle() {
      return granted - used - held;
    }

    /** What it could have at most, if all that others keep idle came back. */
    private long reachable() {
      return idle() + Math.max(0, free) + elsewhere;
    }

    /** There is something to give back, to hear about or to hold on to. */
    private boolean matters() {
      return idle() > 0 || held > 0 || need > 0 || refused || granted != heard;
    }

    private boolean low() {
      return !scarce && idle() < lastGrant / 2;
    }
  }

  private record Open(long epoch, Map<BudgetPeriod, Slot> slots, long nano) {}

  private final String node;
  private final LeaseTerms terms;
  private final Consumer<LeaseCharge> spool;
  private final Map<String, Open> open = new HashMap<>();
  private Map<BudgetPeriod, Slot> slots = new LinkedHashMap<>();
  private String incarnation;
  private long epoch = WITHOUT;
  private long serial;
  private long sentNanos;
  private long stopNanos;
  private boolean valid;
  private long day;

  /**
   * @param incarnation a name that no life of this node had before
   * @param spool takes each charge, and keeps it until the authority has booked it; when it throws,
   *     the hold stays
   */
  public LeaseHolder(
      String node, String incarnation, LeaseTerms terms, Consumer<LeaseCharge> spool) {
    this.node = node;
    this.incarnation = incarnation;
    this.terms = terms;
    this.spool = spool;
  }

  /** The life that waits for its epoch; empty when it has one. */
  public Optional<String> waiting() {
    return epoch == WITHOUT ? Optional.of(incarnation) : Optional.empty();
  }

  /** Begins a new life, because the one before is fenced. What it had admitted is still settled. */
  public void begin(String next) {
    incarnation = next;
    epoch = WITHOUT;
    valid = false;
    serial = 0;
    slots = new LinkedHashMap<>();
  }

  /** The authority has told the epoch of a life; ignored when it is of another life. */
  public void begun(String life, long given, long nanos) {
    if (epoch == WITHOUT && life.equals(incarnation)) {
      epoch = given;
      sentNanos = nanos - terms.stopNanos();
    }
  }

  public long epoch() {
    return epoch;
  }

  /** True while it may admit. */
  public boolean serves(long nanos) {
    return valid && nanos - stopNanos < 0;
  }

  /** The day of the books, as it was last told. */
  public long day() {
    return day;
  }

  /** What is held now of a budget, in this life. */
  public long heldNano(BudgetPeriod budget) {
    Slot slot = slots.get(budget);
    return slot == null ? 0 : slot.held;
  }

  /** Holds an amount under every budget, or under none. */
  public LeaseAdmission admit(String id, List<BudgetPeriod> budgets, long nano, long nanos) {
    if (nano < 0 || budgets.isEmpty() || open.containsKey(id)) {
      throw new IllegalArgumentException(
          "a hold is new, not below nothing and under some budget: " + id + ", " + nano);
    }
    if (!serves(nanos)) {
      return new Refused(budgets.getFirst(), Reason.SILENT, 0);
    }
    Map<BudgetPeriod, Slot> under = new LinkedHashMap<>();
    Optional<Refused> refusal = Optional.empty();
    for (BudgetPeriod budget : budgets) {
      Slot slot = slots.computeIfAbsent(budget, b -> new Slot());
      under.put(budget, slot);
      slot.lastUseNanos = nanos; // a call that is refused wants it all the same
      if (slot.idle() < nano) {
        slot.need = Math.max(slot.need, nano);
        Reason reason = slot.refused && nano > slot.reachable() ? Reason.SPENT : Reason.ASKED;
        long left = slot.idle() + Math.max(0, slot.free);
        refusal = refusal.or(() -> Optional.of(new Refused(budget, reason, left)));
      }
    }
    if (refusal.isPresent()) {
      return refusal.get();
    }
    for (Slot slot : under.values()) {
      slot.held += nano;
      slot.reserve = 0;
    }
    open.put(id, new Open(epoch, under, nano));
    return new Admitted(id);
  }

  /** Ends a hold with what it came to, once the spool has it. Ending it again changes nothing. */
  public void settle(String id, long chargeNano) {
    settle(id, chargeNano, budget -> true);
  }

  /**
   * @param concerned the budgets that pay; of the others nothing is used
   */
  void settle(String id, long chargeNano, Predicate<BudgetPeriod> concerned) {
    Open hold = open.get(id);
    if (hold == null) {
      return;
    }
    if (chargeNano < 0 || chargeNano > hold.nano()) {
      throw new IllegalArgumentException(
          "a charge lies between nothing and its hold: " + chargeNano + " of " + hold.nano());
    }
    if (chargeNano > 0) {
      spool.accept(
          new LeaseCharge(
              id,
              node,
              hold.epoch(),
              hold.slots().keySet().stream().filter(concerned).toList(),
              chargeNano));
    }
    open.remove(id);
    hold.slots()
        .forEach(
            (budget, slot) -> {
              slot.held -= hold.nano();
              slot.used += concerned.test(budget) ? chargeNano : 0;
            });
  }

  /** Ends a hold that came to nothing. */
  public void release(String id) {
    settle(id, 0);
  }

  /** True when it is time to ask. */
  public boolean due(long nanos) {
    return epoch != WITHOUT && untilDue(nanos, false) <= 0;
  }

  /**
   * How long it is until then, in nanoseconds; not more than nothing when it is over.
   *
   * @param hasty somebody waits, whatever the leases say
   */
  long untilDue(long nanos, boolean hasty) {
    boolean haste = hasty || slots.values().stream().anyMatch(slot -> slot.need > 0 || slot.low());
    return (haste ? terms.haste() : terms.beat()).toNanos() - (nanos - sentNanos);
  }

  /**
   * What to send now. What it gives back is gone from here at once. Only the answer to the last
   * request is heard, so that no late one brings back what was given back since.
   */
  public LeaseRequest request(long nanos) {
    serial++;
    sentNanos = nanos;
    slots.entrySet().removeIf(e -> !e.getKey().covers(day) && !e.getValue().matters());
    List<LeaseRequest.Line> lines = new ArrayList<>();
    slots.forEach(
        (budget, slot) -> {
          if (slot.matters() && lines.size() < LeaseRequest.MOST_LINES) {
            lines.add(line(budget, slot, nanos));
            slot.heard = UNHEARD; // until it is answered: the answer may be lost
          }
        });
    return new LeaseRequest(node, epoch, serial, lines);
  }

  private LeaseRequest.Line line(BudgetPeriod budget, Slot slot, long nanos) {
    if (nanos - slot.reservedUntilNanos >= 0) {
      slot.reserve = 0;
    }
    boolean over = !budget.covers(day);
    boolean unused = nanos - slot.lastUseNanos > terms.stopNanos() / 2;
    long wish = slot.low() && !unused ? Long.MAX_VALUE : 0;
    if (over || ((slot.scarce || unused) && slot.reserve == 0)) {
      slot.granted = slot.used + slot.held;
      slot.lastGrant = 0;
    }
    long need = over ? 0 : Math.max(0, slot.need - Math.max(0, slot.idle()));
    if (need > 0) {
      wish = Long.MAX_VALUE;
    } else if (slot.need > 0) {
      slot.need = 0;
    }
    return new LeaseRequest.Line(budget, slot.granted, slot.held, need, wish);
  }

  /**
   * Hears an answer.
   *
   * @return false when this life is fenced and a new one has to {@link #begin}
   */
  public boolean receive(LeaseReply reply, long nanos) {
    if (reply.epoch() != epoch || epoch == WITHOUT) {
      return true;
    }
    if (reply.fenced()) {
      valid = false;
      return false;
    }
    if (reply.serial() != serial) {
      return true;
    }
    stopNanos = sentNanos + terms.stopNanos();
    valid = true;
    day = Math.max(day, reply.day());
    for (LeaseReply.Line line : reply.lines()) {
      Slot slot = slots.get(line.budget());
      if (slot != null) {
        hear(line, slot, nanos);
      }
    }
    return true;
  }

  private void hear(LeaseReply.Line line, Slot slot, long nanos) {
    long more = line.grantedNano() - slot.granted;
    slot.heard = line.grantedNano();
    if (more > 0) {
      slot.granted = line.grantedNano();
      slot.lastGrant = more;
      slot.lastUseNanos = nanos;
      slot.reserve = slot.need;
      slot.reservedUntilNanos = nanos + terms.beat().toNanos();
    }
    slot.scarce = line.scarce();
    slot.refused = line.refused();
    slot.free = line.freeNano();
    slot.elsewhere = line.elsewhereNano();
    slot.need = 0;
  }
}
