package dev.fairlead.ledger.simulation;

import dev.fairlead.ledger.LeaseCharge;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * A node's spool on a disk that loses what was not synced. What is added is synced at once, unless
 * that is the bug; what is removed is synced at some later time, as a real spool would.
 */
final class Disk {
  /** The process dies while it writes. */
  static final class PowerLoss extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final boolean survived;

    PowerLoss(boolean survived) {
      super("the power went while a charge was written");
      this.survived = survived;
    }

    boolean survived() {
      return survived;
    }
  }

  private static final int RISKS = 300;

  private final RandomGenerator chance;
  private final boolean lazy;
  private final Map<String, LeaseCharge> live = new LinkedHashMap<>();
  private Map<String, LeaseCharge> synced = new LinkedHashMap<>();
  private boolean dangerous = true;

  Disk(RandomGenerator chance, boolean lazy) {
    this.chance = chance;
    this.lazy = lazy;
  }

  void heal() {
    dangerous = false;
  }

  void add(LeaseCharge charge) {
    if (dangerous && chance.nextInt(RISKS) == 0) {
      boolean survives = chance.nextBoolean();
      if (survives) {
        live.put(charge.id(), charge);
        synced.put(charge.id(), charge);
      }
      throw new PowerLoss(survives);
    }
    live.put(charge.id(), charge);
    if (!lazy) {
      synced.put(charge.id(), charge);
    }
  }

  void sync() {
    synced = new LinkedHashMap<>(live);
  }

  void crash() {
    live.clear();
    live.putAll(synced);
  }

  List<LeaseCharge> oldest(int most) {
    return live.values().stream().limit(most).toList();
  }

  void remove(Set<String> ids) {
    live.keySet().removeAll(ids);
  }
}
