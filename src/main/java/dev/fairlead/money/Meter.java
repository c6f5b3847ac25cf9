package dev.fairlead.money;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** What is counted and priced. Token meters are per token, the others per piece. */
public enum Meter {
  INPUT,
  OUTPUT,
  CACHE_READ,
  CACHE_WRITE,
  CACHE_WRITE_LONG,
  REASONING,
  INPUT_AUDIO,
  CACHE_READ_AUDIO,
  OUTPUT_AUDIO,
  INPUT_IMAGE,
  INPUT_VIDEO,
  OUTPUT_IMAGE,
  REQUEST,
  SEARCH;

  /** What is generated. */
  public static final Set<Meter> COMPLETION =
      Collections.unmodifiableSet(EnumSet.of(OUTPUT, REASONING, OUTPUT_AUDIO, OUTPUT_IMAGE));

  /** The word in catalog files and records: {@code cache_read}. */
  public String word() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
