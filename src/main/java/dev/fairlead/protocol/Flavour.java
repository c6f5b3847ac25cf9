package dev.fairlead.protocol;

/** Whose habits an answer follows where a dialect has several. */
public enum Flavour {
  /** The vendor's own. */
  VENDOR,
  /**
   * OpenRouter's: its ids, {@code provider}, native finish reasons, cost in usage, error objects.
   */
  OPENROUTER
}
