package dev.fairlead.route;

import java.util.Locale;

/** What pushes an endpoint to the back without taking it out. */
public enum Demotion {
  /** Its provider wants to be left alone. */
  COOLING,
  /** It has no tools and the request has. */
  NO_TOOLS,
  /** It cannot promise the wanted format. */
  NO_FORMAT,
  /** It had an outage within the last 30 seconds. */
  OUTAGE,
  /** It does not understand proofs of the conversation. */
  OTHER_ISSUER,
  /** It is slower than the caller would like. */
  NOT_PREFERRED,
  /** It does not honour {@code verbosity}. */
  NO_VERBOSITY,
  /** It calls tools worse than the others. */
  LOW_QUALITY;

  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
