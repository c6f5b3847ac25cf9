package dev.fairlead.limit;

import dev.fairlead.identity.Scope;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Nothing was taken: of the limits that are in the way, the one that will be so for longest.
 *
 * @param used what counts now of the rule's measure
 * @param asked what this call would have added
 * @param retryAfter when it fits if nothing else is taken; empty when it never can, because it
 *     alone asks for more than the whole amount
 */
public record Limited(
    Rule rule,
    Scope scope,
    long used,
    long asked,
    Optional<Duration> retryAfter,
    List<Level> levels)
    implements Admission {
  public Limited {
    levels = List.copyOf(levels);
  }
}
