package dev.fairlead.ledger;

import java.util.List;
import java.util.Set;

/**
 * Where a node keeps the charges that the authority has not acknowledged. It outlives the process.
 */
public interface LeaseSpool {
  /** Adds a charge; durable when this returns, or else it throws and the call is not answered. */
  void add(LeaseCharge charge);

  /** The oldest of those that are kept. */
  List<LeaseCharge> oldest(int most);

  /** Forgets those that are booked; others that are named change nothing. */
  void remove(Set<String> ids);
}
