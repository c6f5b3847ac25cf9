package dev.fairlead.ledger.simulation;

import java.util.HashSet;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Delays, loses, doubles and reorders what passes, and cuts off whom it likes. */
final class Network {
  private static final long MILLI = 1_000_000;

  private final RandomGenerator chance;
  private final int lossPercent;
  private final int doublePercent;
  private final Set<Integer> cut = new HashSet<>();
  private boolean healed;

  Network(RandomGenerator chance) {
    this.chance = chance;
    this.lossPercent = chance.nextInt(15);
    this.doublePercent = chance.nextInt(15);
  }

  void heal() {
    healed = true;
    cut.clear();
  }

  void cut(int node) {
    cut.add(node);
  }

  void join(int node) {
    cut.remove(node);
  }

  boolean reaches(int node) {
    return !cut.contains(node);
  }

  int copies(int node) {
    if (healed) {
      return 1;
    }
    if (!reaches(node) || chance.nextInt(100) < lossPercent) {
      return 0;
    }
    return chance.nextInt(100) < doublePercent ? 2 : 1;
  }

  long delayNanos() {
    if (!healed && chance.nextInt(50) == 0) {
      return chance.nextLong(30_000 * MILLI);
    }
    return MILLI + chance.nextLong(healed ? 10 * MILLI : 200 * MILLI);
  }
}
