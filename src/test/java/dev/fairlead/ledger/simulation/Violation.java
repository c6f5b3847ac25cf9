package dev.fairlead.ledger.simulation;

/** The checker has found what must never be. */
final class Violation extends RuntimeException {
  private static final long serialVersionUID = 1L;

  Violation(String message) {
    super(message);
  }
}
