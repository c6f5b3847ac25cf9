package dev.fairlead.limit;

import dev.fairlead.config.Per;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The counters of all scopes, so many at most. A counter is dropped only when nothing counts in it
 * any more. When all places are taken by counters that count, a scope that has none shares one with
 * the others of its kind that fall into the same of 256 slots, and keeps to it for as long as
 * anything counts there: so it may be refused early, and never late. Guarded by the limiter.
 */
final class Counters {
  private static final int SLOTS = 256;
  private static final int LOOKED_AT = 4;

  /** By window, and in each the one first that was used longest ago: it empties first. */
  private final Map<Optional<Per>, LinkedHashMap<Counter.Key, Counter>> own = new HashMap<>();

  private final Map<Counter.Key, Counter> shared = new HashMap<>();
  private final int most;

  /**
   * @param most of each kind of window
   */
  Counters(int most) {
    this.most = most;
  }

  /** The counter of a scope; a new one has no place yet. */
  Counter find(Counter.Key key, long now) {
    LinkedHashMap<Counter.Key, Counter> places = places(key);
    Counter found = places.get(key);
    if (found != null) {
      return found;
    }
    Counter.Key slot = key.slot(SLOTS);
    Counter common = shared.get(slot);
    if (common != null) {
      if (!common.isIdle(now)) {
        return common;
      }
      shared.remove(slot);
    }
    sweep(places, now);
    return new Counter(places.size() < most ? key : slot);
  }

  /** Gives a counter its place, now that something is counted in it. */
  void keep(Counter counter) {
    if (counter.key().shared()) {
      shared.putIfAbsent(counter.key(), counter);
    } else {
      places(counter.key()).putIfAbsent(counter.key(), counter);
    }
  }

  /** Takes the place of a counter in which nothing counts. */
  void drop(Counter counter, long now) {
    if (counter.isIdle(now)) {
      places(counter.key()).remove(counter.key(), counter);
    }
  }

  private LinkedHashMap<Counter.Key, Counter> places(Counter.Key key) {
    return own.computeIfAbsent(key.per(), per -> new LinkedHashMap<>(16, 0.75f, true));
  }

  /** Drops a few that are idle; one that is in the way for long goes to the end of the line. */
  private static void sweep(LinkedHashMap<Counter.Key, Counter> places, long now) {
    for (int i = 0; i < LOOKED_AT && !places.isEmpty(); i++) {
      Map.Entry<Counter.Key, Counter> eldest = places.firstEntry();
      if (eldest.getValue().isIdle(now)) {
        places.pollFirstEntry();
      } else {
        places.get(eldest.getKey());
      }
    }
  }

  int size() {
    return own.values().stream().mapToInt(Map::size).sum() + shared.size();
  }
}
