package dev.fairlead.limit;

import dev.fairlead.config.Measure;
import dev.fairlead.config.Per;
import dev.fairlead.identity.Scope;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What one scope has taken of one measure. It belongs to the scope, not to a rule: rules come and
 * go, and what was counted stays. Guarded by the limiter.
 */
final class Counter {
  /** Nobody knows when a call ends. */
  private static final Duration SOON = Duration.ofSeconds(1);

  /**
   * What is counted.
   *
   * @param free only calls of models without a price
   * @param shared the scope stands for several, whose id is a number
   */
  record Key(Scope scope, Measure measure, Optional<Per> per, boolean free, boolean shared) {
    static Key of(Rule rule, Scope scope) {
      return new Key(scope, rule.measure(), rule.per(), rule.freeModelsOnly(), false);
    }

    /** One of several that the scopes of a kind share where there is no place for each. */
    Key slot(int slots) {
      int slot = Math.floorMod(hashCode() * 0x9E3779B9 >>> 8, slots);
      return new Key(new Scope(scope.kind(), "" + slot), measure, per, free, true);
    }
  }

  private final Key key;
  private final Optional<Window> window;
  private int underWay;

  Counter(Key key) {
    this.key = key;
    this.window = key.per().map(per -> new Window(per.length()));
  }

  Key key() {
    return key;
  }

  long used(long now) {
    if (window.isEmpty()) {
      return underWay;
    }
    window.get().at(now);
    return window.get().sum();
  }

  Pass.Charge take(Scope of, long now, long amount) {
    underWay++;
    return new Pass.Charge(this, of, window.map(w -> w.take(now, amount)).orElse(0L), amount);
  }

  /** The call is over; what it took in a part is corrected. */
  void end(long now, long part, long by) {
    underWay--;
    if (window.isPresent()) {
      window.get().at(now);
      window.get().correct(part, by);
    }
  }

  /** It outlives the process. */
  boolean isLong() {
    return !key.shared() && key.per().filter(per -> per != Per.MINUTE).isPresent();
  }

  Count count(long now) {
    used(now); // what has left is dropped
    return new Count(key, window.map(w -> w.counted()).orElse(List.of()));
  }

  void restore(Count count, long now) {
    window.ifPresent(w -> count.parts().forEach(part -> w.restore(now, part)));
  }

  /** Nothing counts any more, and nobody is under way whose end could change that. */
  boolean isIdle(long now) {
    return underWay == 0 && used(now) == 0;
  }

  Duration until(long now, long atMost) {
    return window.map(w -> w.until(now, atMost)).orElse(SOON);
  }

  Duration untilEmpty(long now) {
    return window.map(w -> w.untilEmpty(now)).orElse(Duration.ZERO);
  }
}
