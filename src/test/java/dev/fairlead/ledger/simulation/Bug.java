package dev.fairlead.ledger.simulation;

/** What can be planted, each a small mistake that somebody might make. */
enum Bug {
  NONE,
  /** The authority takes a lease back before its holder has stopped. */
  RETURNED_EARLY,
  /** A node admits for longer than its term. */
  STOPS_LATE,
  /** Whoever bears a node's name is heard, whatever his epoch. */
  UNFENCED,
  /** A batch that comes again is booked again. */
  BOOKED_TWICE,
  /** When a period is over, a node gives back what calls under way still hold of it. */
  ROLL_FORGETS_HELD,
  /** When one scope refuses, what was taken from those before it stays. */
  PARTIAL_HOLD,
  /** A settlement is acknowledged before it is on the disk. */
  UNSYNCED_SPOOL
}
