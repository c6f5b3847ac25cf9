package dev.fairlead.config;

import java.time.Duration;

/**
 * How long we wait.
 *
 * @param connect for a connection to a provider
 * @param firstToken from sending a request to the first meaningful frame of its answer
 * @param idle between two frames of an answer
 * @param total for the whole exchange, all attempts together
 */
public record TimeoutsConfig(Duration connect, Duration firstToken, Duration idle, Duration total) {
  public static final TimeoutsConfig DEFAULT =
      new TimeoutsConfig(
          Duration.ofSeconds(5),
          Duration.ofSeconds(60),
          Duration.ofSeconds(60),
          Duration.ofMinutes(10));

  static TimeoutsConfig read(Section s) {
    TimeoutsConfig read =
        new TimeoutsConfig(
            positive(s, "connect", DEFAULT.connect),
            positive(s, "first_token", DEFAULT.firstToken),
            positive(s, "idle", DEFAULT.idle),
            positive(s, "total", DEFAULT.total));
    s.end();
    return read;
  }

  private static Duration positive(Section s, String key, Duration fallback) {
    Duration read = s.duration(key, fallback);
    if (read.isZero()) {
      s.problem(key, "must be more than nothing", "leave it out for " + fallback.toSeconds() + "s");
      return fallback;
    }
    return read;
  }
}
