package dev.fairlead.route;

import java.util.Locale;
import java.util.Optional;

/** What shall happen with the organization's own provider credentials; PREFER is OpenRouter's. */
public enum OwnCredential {
  /** They are used first, even before {@code order}. */
  PREFER,
  /** Nothing else is used. */
  ONLY,
  /** They are left alone. */
  NEVER,
  /** They are used when the shared ones are exhausted. */
  AFTER;

  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Optional<OwnCredential> of(String word) {
    for (OwnCredential value : values()) {
      if (value.word().equals(word)) {
        return Optional.of(value);
      }
    }
    return Optional.empty();
  }
}
