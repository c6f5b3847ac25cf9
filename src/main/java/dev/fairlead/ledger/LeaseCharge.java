package dev.fairlead.ledger;

import java.util.List;

/**
 * What a settled hold came to, on its way from a node to the authority.
 *
 * @param id the generation's: sent again, it counts once
 * @param epoch under which it was admitted, whatever the node's epoch is now
 * @param budgets that it was admitted under, in the periods of its admission
 */
public record LeaseCharge(
    String id, String node, long epoch, List<BudgetPeriod> budgets, long nano) {
  public LeaseCharge {
    budgets = List.copyOf(budgets);
    if (nano < 0) {
      throw new IllegalArgumentException("a charge is not below nothing: " + nano + " of " + id);
    }
  }
}
