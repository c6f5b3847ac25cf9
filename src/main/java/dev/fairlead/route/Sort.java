package dev.fairlead.route;

import java.util.Locale;
import java.util.Optional;

/** By what a caller wants the endpoints sorted. */
public enum Sort {
  PRICE,
  THROUGHPUT,
  LATENCY,
  EXACTO;

  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<Sort> of(String word) {
    for (Sort sort : values()) {
      if (sort.word().equals(word)) {
        return Optional.of(sort);
      }
    }
    return Optional.empty();
  }
}
