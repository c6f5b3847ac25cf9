package dev.fairlead.config;

import java.time.Duration;

/**
 * How often and how patiently another try is made before anything has reached the client.
 *
 * @param maxAttempts tries in all, over all endpoints
 * @param backoff the first pause before the same endpoint is tried again; doubles each time
 * @param patience longest {@code Retry-After} that is waited for while another model is left
 */
public record RetryConfig(int maxAttempts, Duration backoff, Duration patience) {
  public static final RetryConfig DEFAULT =
      new RetryConfig(8, Duration.ofMillis(250), Duration.ofSeconds(5));

  static RetryConfig read(Section s) {
    RetryConfig read =
        new RetryConfig(
            (int) s.whole("max_attempts", DEFAULT.maxAttempts, 1, 50),
            s.duration("backoff", DEFAULT.backoff),
            s.duration("patience", DEFAULT.patience));
    s.end();
    return read;
  }
}
