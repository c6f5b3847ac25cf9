package dev.fairlead.catalog;

/** How a provider wants to be shown its credential. */
public sealed interface Auth {
  /** {@code Authorization: Bearer …}. */
  record Bearer() implements Auth {}

  /** A header of its own ({@code x-api-key}). */
  record Header(String name) implements Auth {}

  /** None at all: a machine of one's own. */
  record None() implements Auth {}
}
