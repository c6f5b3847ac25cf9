package dev.fairlead.canon;

import dev.fairlead.wire.Raw;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Where a stretch of an answer's text comes from. Offsets count UTF-16 units of the text part.
 *
 * @param original the citation in its own dialect, verbatim, for callers who speak it
 */
public record Citation(
    Optional<String> url,
    Optional<String> title,
    Optional<String> quote,
    OptionalInt start,
    OptionalInt end,
    Dialect dialect,
    Raw original) {}
