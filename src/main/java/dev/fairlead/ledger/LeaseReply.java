package dev.fairlead.ledger;

import java.util.List;

/**
 * The authority's answer to a {@link LeaseRequest}.
 *
 * @param fenced the epoch is over: the node begins a new one, and this reply grants nothing
 * @param day of the books; days never go back
 */
public record LeaseReply(
    String node, long epoch, long serial, boolean fenced, long day, List<Line> lines) {
  /**
   * About one budget.
   *
   * @param grantedNano all that the node ever had of it in this epoch, less what it gave back
   * @param scarce somebody waits for money that others keep idle: give back what is idle
   * @param refused what was needed is not there
   * @param freeNano what is neither spent nor leased, after this
   * @param elsewhereNano what is leased to other lives, and may come back
   */
  public record Line(
      BudgetPeriod budget,
      long grantedNano,
      boolean scarce,
      boolean refused,
      long freeNano,
      long elsewhereNano) {}

  public LeaseReply {
    lines = List.copyOf(lines);
  }
}
