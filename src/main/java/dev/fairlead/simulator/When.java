package dev.fairlead.simulator;

import java.time.Duration;

/** In which attempts a fault comes. */
sealed interface When {
  record Always() implements When {}

  /** The first so many. */
  record First(long attempts) implements When {}

  /** Each so-manieth: the second, fourth, … for 2. */
  record Every(long attempts) implements When {}

  /** For so long after the first attempt; unscaled. */
  record During(Duration period) implements When {}

  /** A share of the attempts, drawn from seed and attempt number. */
  record Chance(double share) implements When {}

  /**
   * @param attempt counts from 1
   * @param sinceFirst since the first attempt, in unscaled time
   * @param draw from 0 to 1, for this attempt
   */
  default boolean holds(long attempt, Duration sinceFirst, double draw) {
    return switch (this) {
      case Always it -> true;
      case First it -> attempt <= it.attempts();
      case Every it -> it.attempts() > 0 && attempt % it.attempts() == 0;
      case During it -> sinceFirst.compareTo(it.period()) < 0;
      case Chance it -> draw < it.share();
    };
  }
}
