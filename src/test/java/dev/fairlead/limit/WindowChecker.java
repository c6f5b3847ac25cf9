package dev.fairlead.limit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Looks at every window of a log of what was let in, and finds those that hold too much. */
public final class WindowChecker {
  /** Something that was let in at a time. */
  public record Entry(long nanos, long amount) {}

  private record Window(long fromNanos, long sum) {}

  private WindowChecker() {}

  /** Each window that begins with an entry, both ends included. */
  private static List<Window> windows(List<Entry> log, long lengthNanos) {
    List<Entry> sorted = new ArrayList<>(log);
    sorted.sort(Comparator.comparingLong(Entry::nanos));
    List<Window> windows = new ArrayList<>();
    for (int i = 0; i < sorted.size(); i++) {
      long end = sorted.get(i).nanos() + lengthNanos;
      long sum = 0;
      for (int j = i; j < sorted.size() && sorted.get(j).nanos() <= end; j++) {
        sum += sorted.get(j).amount();
      }
      windows.add(new Window(sorted.get(i).nanos(), sum));
    }
    return windows;
  }

  /** The windows that hold more than the limit. */
  static List<String> violations(List<Entry> log, long lengthNanos, long limit) {
    return windows(log, lengthNanos).stream()
        .filter(window -> window.sum() > limit)
        .map(w -> w.sum() + " > " + limit + " in the window from " + w.fromNanos())
        .toList();
  }

  /** What the fullest window holds. */
  public static long most(List<Entry> log, long lengthNanos) {
    return windows(log, lengthNanos).stream().mapToLong(Window::sum).max().orElse(0);
  }
}
