package dev.fairlead.limit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Looks at every window of a log of what was let in, and finds those that hold too much. */
final class WindowChecker {
  /** Something that was let in at a time. */
  record Entry(long nanos, long amount) {}

  private WindowChecker() {}

  /** Each window that begins with an entry, both ends included, against the limit. */
  static List<String> violations(List<Entry> log, long lengthNanos, long limit) {
    List<Entry> sorted = new ArrayList<>(log);
    sorted.sort(Comparator.comparingLong(Entry::nanos));
    List<String> found = new ArrayList<>();
    for (int i = 0; i < sorted.size(); i++) {
      long end = sorted.get(i).nanos() + lengthNanos;
      long sum = 0;
      for (int j = i; j < sorted.size() && sorted.get(j).nanos() <= end; j++) {
        sum += sorted.get(j).amount();
      }
      if (sum > limit) {
        found.add(sum + " > " + limit + " in the window from " + sorted.get(i).nanos());
      }
    }
    return found;
  }
}
