package dev.fairlead.route;

/**
 * A credential that a provider can be called with.
 *
 * @param credential its name, never its secret; empty where none is needed
 * @param own the organization's own (BYOK), not the gateway's
 */
public record Seat(String credential, boolean own) {
  /** A provider that wants no credential. */
  public static final Seat OPEN = new Seat("", false);
}
