package dev.fairlead.canon;

import java.util.Optional;

/**
 * "The prompt up to here may be cached."
 *
 * @param ttl how long, in the words of the dialect ({@code 5m}, {@code 1h}); empty for its default
 */
public record CacheMark(Optional<String> ttl) {}
