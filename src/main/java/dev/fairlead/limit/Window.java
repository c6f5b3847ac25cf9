package dev.fairlead.limit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The sum of what was taken in a sliding window. Time is cut into parts of a 240th of the window;
 * an amount is kept by the part in which it was taken, and leaves when the end of that part is a
 * whole window ago. So it counts for at least the window and at most a part longer: no window of
 * the length, wherever it begins, ever holds more than was allowed, and memory is bounded by the
 * number of parts, however much is taken. Only parts in which something was taken have a cell.
 *
 * <p>Guarded by the limiter. Its clock must never go back.
 */
final class Window {
  static final int PARTS = 240;

  private final long partNanos;
  private long[] parts = new long[2];
  private long[] amounts = new long[2];
  private int first;
  private int count;
  private long sum;

  Window(Duration length) {
    this.partNanos = length.toNanos() / PARTS;
  }

  /** Drops what has left. */
  void at(long now) {
    long oldest = part(now) - PARTS;
    while (count > 0 && parts[first] < oldest) {
      sum -= amounts[first];
      first = next(first);
      count--;
    }
  }

  private long part(long now) {
    return Math.floorDiv(now, partNanos);
  }

  private int next(int cell) {
    return cell + 1 & parts.length - 1;
  }

  private int last() {
    return first + count - 1 & parts.length - 1;
  }

  long sum() {
    return sum;
  }

  /** Takes an amount, be it nothing, and tells in which part. */
  long take(long now, long amount) {
    long part = part(now);
    if (count == 0 || parts[last()] != part) {
      if (count == parts.length) {
        grow();
      }
      count++;
      parts[last()] = part;
      amounts[last()] = 0;
    }
    amounts[last()] += amount;
    sum += amount;
    return part;
  }

  private void grow() {
    long[] moreParts = Arrays.copyOf(parts, parts.length * 2);
    long[] moreAmounts = Arrays.copyOf(amounts, parts.length * 2);
    for (int i = 0, cell = first; i < count; i++, cell = next(cell)) {
      moreParts[i] = parts[cell];
      moreAmounts[i] = amounts[cell];
    }
    parts = moreParts;
    amounts = moreAmounts;
    first = 0;
  }

  /** What counts, by the parts that it was taken in. */
  List<Count.Part> counted() {
    List<Count.Part> counted = new ArrayList<>(count);
    for (int i = 0, cell = first; i < count; i++, cell = next(cell)) {
      if (amounts[cell] != 0) {
        counted.add(new Count.Part(parts[cell] * partNanos, amounts[cell]));
      }
    }
    return counted;
  }

  /** Takes what was counted before; parts in their order, and before anything else. */
  void restore(long now, Count.Part from) {
    long part = Math.min(part(now), part(from.beganNanos()));
    if (part >= part(now) - PARTS) {
      take(part * partNanos, from.amount());
    }
  }

  /** Corrects what was taken in a part; nothing where it has left already. */
  void correct(long part, long by) {
    for (int i = count - 1; i >= 0; i--) {
      int cell = first + i & parts.length - 1;
      if (parts[cell] == part) {
        amounts[cell] += by;
        sum += by;
        return;
      }
    }
  }

  /** Until no more than an amount is left, when nothing more is taken. */
  Duration until(long now, long atMost) {
    long left = sum;
    for (int i = 0, cell = first; i < count && left > atMost; i++, cell = next(cell)) {
      left -= amounts[cell];
      if (left <= atMost) {
        return leaving(cell, now);
      }
    }
    return Duration.ZERO;
  }

  /** Until everything has left, when nothing more is taken. */
  Duration untilEmpty(long now) {
    for (int i = count - 1; i >= 0; i--) {
      int cell = first + i & parts.length - 1;
      if (amounts[cell] != 0) {
        return leaving(cell, now);
      }
    }
    return Duration.ZERO;
  }

  private Duration leaving(int cell, long now) {
    return Duration.ofNanos((parts[cell] + PARTS + 1) * partNanos - now);
  }
}
