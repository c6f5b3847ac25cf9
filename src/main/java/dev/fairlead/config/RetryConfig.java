package dev.fairlead.config;

import java.time.Duration;

/**
 * How often and how patiently another try is made before anything has reached the client.
 *
 * @param maxAttempts tries in all, over all endpoints
 * @param sameEndpoint tries at one endpoint before the next is chosen
 * @param backoff the first pause before the same endpoint is tried again; doubles each time
 * @param maxBackoff the longest such pause
 */
public record RetryConfig(
    int maxAttempts, int sameEndpoint, Duration backoff, Duration maxBackoff) {
  public static final RetryConfig DEFAULT =
      new RetryConfig(6, 2, Duration.ofMillis(250), Duration.ofSeconds(8));

  static RetryConfig read(Section s) {
    RetryConfig read =
        new RetryConfig(
            (int) s.whole("max_attempts", DEFAULT.maxAttempts, 1, 50),
            (int) s.whole("same_endpoint", DEFAULT.sameEndpoint, 1, 10),
            s.duration("backoff", DEFAULT.backoff),
            s.duration("max_backoff", DEFAULT.maxBackoff));
    s.end();
    return read;
  }
}
