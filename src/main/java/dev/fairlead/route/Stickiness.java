package dev.fairlead.route;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Remembers which endpoint answered a conversation, as long as that endpoint's prompt cache is
 * likely to be warm: ten minutes after the last success unless told otherwise. Bounded; the least
 * useful entry goes first. A failure moves nothing; a success elsewhere does, because that is where
 * the cache is now. Safe for all threads.
 */
public final class Stickiness {
  /** OpenRouter's. */
  public static final Duration USUAL = Duration.ofMinutes(10);

  private record Pin(String endpoint, Duration ttl) {}

  private final Cache<StickyKey, Pin> pins;

  /**
   * @param nanos a clock that only goes forward
   */
  public Stickiness(long mostConversations, LongSupplier nanos) {
    this.pins =
        Caffeine.newBuilder()
            .maximumSize(mostConversations)
            .ticker(nanos::getAsLong)
            .executor(Runnable::run)
            .expireAfter(Expiry.<StickyKey, Pin>writing((key, pin) -> pin.ttl()))
            .build();
  }

  public Optional<Sticky> find(StickyKey key) {
    return Optional.ofNullable(pins.getIfPresent(key))
        .map(pin -> new Sticky(pin.endpoint(), key.named()));
  }

  /**
   * The conversation was answered there.
   *
   * @param ttl how long the prompt cache that was used lives
   */
  public void answered(StickyKey key, String endpoint, Duration ttl) {
    pins.put(key, new Pin(endpoint, ttl));
  }

  public void answered(StickyKey key, String endpoint) {
    answered(key, endpoint, USUAL);
  }
}
