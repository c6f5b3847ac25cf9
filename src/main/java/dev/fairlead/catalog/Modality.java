package dev.fairlead.catalog;

import java.util.Locale;
import java.util.Optional;

/** What goes into a model or comes out of it. */
public enum Modality {
  TEXT,
  IMAGE,
  FILE,
  AUDIO,
  VIDEO,
  EMBEDDINGS;

  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<Modality> of(String word) {
    for (Modality modality : values()) {
      if (modality.word().equals(word)) {
        return Optional.of(modality);
      }
    }
    return Optional.empty();
  }
}
