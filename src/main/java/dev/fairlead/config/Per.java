package dev.fairlead.config;

import java.time.Duration;
import java.util.Locale;

/** How long what was counted counts: always the latest minute, hour or day, never a calendar's. */
public enum Per {
  MINUTE(Duration.ofMinutes(1)),
  HOUR(Duration.ofHours(1)),
  DAY(Duration.ofDays(1));

  private final Duration length;

  Per(Duration length) {
    this.length = length;
  }

  public Duration length() {
    return length;
  }

  /** The word in configuration and errors. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
