package dev.fairlead.config;

import java.time.Duration;

/**
 * How many calls a provider gets at once from this node, and how the others wait.
 *
 * @param provider its slug
 * @param queue how many wait at most, of all tenants together
 * @param patience how long
 */
public record FairQueueConfig(String provider, int concurrency, int queue, Duration patience) {
  private static final int MOST = 100_000;

  static FairQueueConfig read(Section s) {
    FairQueueConfig read =
        new FairQueueConfig(
            s.requiredText("provider"),
            (int) s.whole("concurrency", 1, 1, MOST),
            (int) s.whole("queue", 1_000, 0, MOST),
            s.duration("wait", Duration.ofSeconds(10)));
    if (!s.has("concurrency")) {
      s.missing("concurrency");
    }
    s.end();
    return read;
  }
}
