package dev.fairlead.config;

import java.time.Duration;
import java.util.Map;

/**
 * How many calls a provider gets at once from this node, and how the others wait.
 *
 * @param provider its slug
 * @param queue how many wait at most, of all tenants together
 * @param patience how long
 * @param by who takes turns
 */
public record FairQueueConfig(
    String provider, int concurrency, int queue, Duration patience, By by) {
  /** Whose calls wait in one line. */
  public enum By {
    KEY,
    WORKSPACE,
    ORGANIZATION
  }

  private static final Map<String, By> TENANTS =
      Map.of("key", By.KEY, "workspace", By.WORKSPACE, "organization", By.ORGANIZATION);
  private static final int MOST = 100_000;

  static FairQueueConfig read(Section s) {
    FairQueueConfig read =
        new FairQueueConfig(
            s.requiredText("provider"),
            (int) s.whole("concurrency", 1, 1, MOST),
            (int) s.whole("queue", 1_000, 0, MOST),
            s.duration("wait", Duration.ofSeconds(10)),
            s.word("by", TENANTS).orElse(By.KEY));
    if (!s.has("concurrency")) {
      s.missing("concurrency");
    }
    s.end();
    return read;
  }
}
