package dev.fairlead.attempt;

import dev.fairlead.config.FairQueueConfig;
import dev.fairlead.identity.Key;
import dev.fairlead.limit.FairQueue;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/** The queues before providers that allow only so many calls at once. */
public final class Queues {
  /** A queue, and what it was made with. */
  record Line(FairQueueConfig config, FairQueue queue) {
    /** Whose turn it is when a key's call waits. */
    String tenant(Key key) {
      return switch (config.by()) {
        case KEY -> key.account();
        case WORKSPACE -> key.workspace();
        case ORGANIZATION -> key.organization();
      };
    }
  }

  private final LongSupplier nanos;
  private volatile Map<String, Line> byProvider = Map.of();

  public Queues(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** From now on these; one that has not changed stays, with all who wait in it. */
  public void replace(Collection<FairQueueConfig> all) {
    Map<String, Line> next = new HashMap<>();
    for (FairQueueConfig config : all) {
      Line known = byProvider.get(config.provider());
      next.put(
          config.provider(),
          known != null && known.config().equals(config)
              ? known
              : new Line(
                  config,
                  new FairQueue(
                      new FairQueue.Settings(
                          config.concurrency(), config.queue(), config.patience()),
                      nanos)));
    }
    byProvider = Map.copyOf(next);
  }

  /** The queue before a provider. */
  Optional<Line> before(String provider) {
    return Optional.ofNullable(byProvider.get(provider));
  }
}
