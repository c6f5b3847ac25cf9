package dev.fairlead.config;

/**
 * A value that must not be seen: a key, a password. It prints as dots wherever it ends up; only
 * {@link #reveal} gives the value, so that a search for that word finds every place that uses it.
 */
public record Secret(String reveal) {
  static final String MASK = "••••";

  public boolean isEmpty() {
    return reveal.isEmpty();
  }

  @Override
  public String toString() {
    return MASK;
  }
}
