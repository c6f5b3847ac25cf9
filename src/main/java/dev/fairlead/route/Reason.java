package dev.fairlead.route;

import java.util.Locale;

/** Why an endpoint has the place that it has. */
public enum Reason {
  /** The organization's own credential comes first. */
  OWN_CREDENTIAL,
  /** It answered this conversation before. */
  STICKY,
  /** The caller listed it in {@code order}. */
  LISTED,
  /** Drawn among the stable ones, by 1/price². */
  DRAWN,
  /** Sorted by price. */
  PRICE,
  /** Sorted by throughput. */
  THROUGHPUT,
  /** Sorted by latency. */
  LATENCY,
  /** Sorted by how well it calls tools. */
  QUALITY,
  /** A fallback behind one that was drawn. */
  FALLBACK;

  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
