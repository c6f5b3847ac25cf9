package dev.fairlead.exchange;

import dev.fairlead.canon.Loss;
import dev.fairlead.identity.Principal;
import dev.fairlead.journal.Generation;
import dev.fairlead.protocol.Inbound;
import java.time.Instant;
import java.util.List;

/**
 * A request that has been let in and understood.
 *
 * @param promptTokens an estimate of its prompt
 * @param wantsMetadata the caller asked for the router's metadata
 * @param passedOver what it asks of the gateway and is not done
 * @param wantsEcho the caller asked for the body that goes to the provider
 * @param tags what the caller says it is for
 */
record Entry(
    String id,
    Instant arrived,
    Principal principal,
    Generation.Caller caller,
    Inbound inbound,
    long promptTokens,
    boolean wantsMetadata,
    List<Loss> passedOver,
    boolean wantsEcho,
    List<String> tags) {}
