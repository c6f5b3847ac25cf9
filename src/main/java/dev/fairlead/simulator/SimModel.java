package dev.fairlead.simulator;

import dev.fairlead.money.Price;
import java.util.List;

/**
 * A model that the simulator serves.
 *
 * @param attempts how it answers the first, second, … attempt; the last one is for all that follow
 * @param price what its tokens cost, for the true account in the log
 */
record SimModel(String name, String description, List<Behaviour> attempts, Price price) {
  SimModel {
    attempts = List.copyOf(attempts);
    if (attempts.isEmpty()) {
      throw new IllegalArgumentException("a model that has no behaviour: " + name);
    }
  }

  static SimModel of(String name, Behaviour behaviour) {
    return new SimModel(name, behaviour.kind().meaning(), List.of(behaviour), Price.FREE);
  }

  /**
   * @param attempt counts from 1
   */
  Behaviour at(long attempt) {
    return attempts.get((int) Math.min(attempt, attempts.size()) - 1);
  }

  SimModel with(String fullName, Options options) {
    return new SimModel(
        fullName, description, attempts.stream().map(b -> b.with(options)).toList(), price);
  }
}
