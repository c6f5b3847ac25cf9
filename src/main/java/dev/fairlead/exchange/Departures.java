package dev.fairlead.exchange;

import dev.fairlead.catalog.Endpoint;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Semaphore;

/**
 * Answers that are heard to their end although their callers have left: of providers that bill the
 * whole of an answer anyway, and only so many at once.
 */
public final class Departures {
  /** So long an answer is heard whose caller has left. */
  static final Duration LONGEST = Duration.ofSeconds(30);

  private static final int MOST = 256;

  private final Set<String> providers;
  private final Semaphore free = new Semaphore(MOST);

  /**
   * @param providers by slug
   */
  public Departures(Set<String> providers) {
    this.providers = Set.copyOf(providers);
  }

  /** True when this answer is to be heard; {@link #over} is to be called when it has been. */
  boolean hear(Endpoint from) {
    return providers.contains(from.provider().slug()) && free.tryAcquire();
  }

  void over() {
    free.release();
  }
}
