package dev.fairlead.ledger;

import java.time.Duration;

/**
 * What node and authority agree on before they speak.
 *
 * @param term how long a node admits after it asked, by its own monotonic clock
 * @param hold the longest that an admitted call lasts before it is settled
 * @param driftPpm by how many millionths a monotonic clock may go wrong, either way
 * @param beat a node asks at least as often
 * @param haste and at most as often, while something is wanted
 */
public record LeaseTerms(
    Duration term, Duration hold, int driftPpm, Duration beat, Duration haste) {
  private static final int BEATS = 6;
  private static final int HASTY_BEATS = 60;
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration HASTE = Duration.ofMillis(5);

  /** From a call's end to its settlement in the log, at most. */
  private static final Duration SETTLING = Duration.ofSeconds(30);

  private static final int CLOCKS_PPM = 1_000;

  private static final long MILLION = 1_000_000;
  private static final int MOST_DRIFT = 100_000;

  public LeaseTerms {
    if (term.isNegative() || term.isZero() || hold.isNegative()) {
      throw new IllegalArgumentException(
          "a lease's term is longer than nothing and its hold not negative: " + term + ", " + hold);
    }
    if (driftPpm < 0 || driftPpm > MOST_DRIFT) {
      throw new IllegalArgumentException(
          "the drift of clocks lies between 0 and " + MOST_DRIFT + " ppm: " + driftPpm);
    }
  }

  /**
   * Those of nodes that serve.
   *
   * @param longestCall what a call may take, all in all
   */
  public static LeaseTerms of(Duration term, Duration longestCall) {
    Duration beat = term.dividedBy(BEATS);
    return new LeaseTerms(
        term,
        longestCall.plus(SETTLING),
        CLOCKS_PPM,
        beat.compareTo(SECOND) < 0 ? beat : SECOND,
        HASTE);
  }

  /** Beats that follow from the term alone. */
  public LeaseTerms(Duration term, Duration hold, int driftPpm) {
    this(term, hold, driftPpm, term.dividedBy(BEATS), term.dividedBy(HASTY_BEATS));
  }

  /** After so long by its own clock, counted from before it asked, a node admits nothing. */
  long stopNanos() {
    return term.toNanos();
  }

  /**
   * After so long by the authority's clock without a word, a node has stopped and what it had
   * admitted has ended, however wrong the two clocks go: the slowest node's stop is {@code t / (1 -
   * d)} away in true time, and the fastest authority measures that as {@code t (1 + d) / (1 - d)}.
   */
  long returnNanos() {
    long whole = Math.addExact(term.toNanos(), hold.toNanos());
    return Math.addExact(
        Math.multiplyExact(whole / (MILLION - driftPpm) + 1, MILLION + driftPpm), 1);
  }
}
