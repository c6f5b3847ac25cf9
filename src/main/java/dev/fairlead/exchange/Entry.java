package dev.fairlead.exchange;

import dev.fairlead.identity.Principal;
import dev.fairlead.journal.Generation;
import dev.fairlead.protocol.Inbound;
import java.time.Instant;

/**
 * A request that has been let in and understood.
 *
 * @param promptTokens an estimate of its prompt
 * @param wantsMetadata the caller asked for the router's metadata
 */
record Entry(
    String id,
    Instant arrived,
    Principal principal,
    Generation.Caller caller,
    Inbound inbound,
    long promptTokens,
    boolean wantsMetadata) {}
