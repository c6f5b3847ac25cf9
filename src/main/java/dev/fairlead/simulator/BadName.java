package dev.fairlead.simulator;

/** A model name or an option that cannot be read. An expected failure: no stack trace. */
final class BadName extends Exception {
  private static final long serialVersionUID = 1L;

  BadName(String message) {
    super(message, null, false, false);
  }
}
