package dev.fairlead.config;

import java.time.Duration;

/**
 * How long we wait.
 *
 * @param connect for a connection to a provider: name look-up and TLS included
 * @param firstToken from sending a request to the first piece of a streamed answer, while another
 *     endpoint is left to try
 * @param firstTokenReasoning the same for requests whose model thinks before it speaks
 * @param lastFirstToken the same when no other endpoint is left
 * @param whole from sending to an answer that is not streamed, while another endpoint is left
 * @param idle longest silence inside a streamed answer
 * @param linger how long after its last choice ended a stream may keep its connection open
 * @param total for the whole exchange, all attempts together
 */
public record TimeoutsConfig(
    Duration connect,
    Duration firstToken,
    Duration firstTokenReasoning,
    Duration lastFirstToken,
    Duration whole,
    Duration idle,
    Duration linger,
    Duration total) {
  public static final TimeoutsConfig DEFAULT =
      new TimeoutsConfig(
          Duration.ofSeconds(2),
          Duration.ofSeconds(10),
          Duration.ofSeconds(60),
          Duration.ofSeconds(120),
          Duration.ofSeconds(120),
          Duration.ofSeconds(20),
          Duration.ofSeconds(2),
          Duration.ofMinutes(10));

  static TimeoutsConfig read(Section s) {
    TimeoutsConfig read =
        new TimeoutsConfig(
            positive(s, "connect", DEFAULT.connect),
            positive(s, "first_token", DEFAULT.firstToken),
            positive(s, "first_token_reasoning", DEFAULT.firstTokenReasoning),
            positive(s, "last_first_token", DEFAULT.lastFirstToken),
            positive(s, "whole", DEFAULT.whole),
            positive(s, "idle", DEFAULT.idle),
            positive(s, "linger", DEFAULT.linger),
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
