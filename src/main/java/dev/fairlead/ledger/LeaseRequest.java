package dev.fairlead.ledger;

import java.util.List;

/**
 * A node's word to the authority: it is there, what it keeps, and what it wants besides.
 *
 * @param serial counts the node's requests of this epoch; an older one is not heard any more
 */
public record LeaseRequest(String node, long epoch, long serial, List<Line> lines) {
  static final int MOST_LINES = 100_000;

  /**
   * About one budget.
   *
   * @param keepNano all that the node ever had of it in this epoch, less what it gives back now
   * @param heldNano how much of that is held for calls under way
   * @param needNano what a request that waits needs; less would not help it
   * @param wishNano what would be welcome
   */
  public record Line(
      BudgetPeriod budget, long keepNano, long heldNano, long needNano, long wishNano) {
    public Line {
      if (keepNano < 0 || heldNano < 0 || heldNano > keepNano || needNano < 0 || wishNano < 0) {
        throw new IllegalArgumentException(
            "a line keeps "
                + keepNano
                + ", of it holds "
                + heldNano
                + ", needs "
                + needNano
                + " and wishes for "
                + wishNano
                + " of "
                + budget
                + ": none is below nothing, and"
                + " what is held is kept");
      }
    }
  }

  public LeaseRequest {
    lines = List.copyOf(lines);
    if (lines.size() > MOST_LINES) {
      throw new IllegalArgumentException(
          "a request for leases has " + lines.size() + " lines; the most is " + MOST_LINES);
    }
  }
}
