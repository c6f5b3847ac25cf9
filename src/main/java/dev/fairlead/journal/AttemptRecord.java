package dev.fairlead.journal;

import dev.fairlead.canon.Usage;
import dev.fairlead.canon.Volume;
import java.util.Optional;

/**
 * One call to a provider. Times are milliseconds since the exchange began, or -1 for what never
 * happened.
 *
 * @param endpoint the endpoint's id
 * @param provider the provider's slug
 * @param providerName its display name
 * @param model the model that was asked, by its id in the catalog
 * @param startedMillis when the call was made
 * @param sentMillis when the request was on its connection
 * @param headMillis when the answer's head came
 * @param firstTokenMillis when the first piece of the answer came
 * @param endedMillis when it was over
 * @param status the provider's HTTP status; 0 when none came
 * @param fault the word of the fault; empty when the call served the exchange
 * @param detail the provider's own words on the fault, shortened; for operators
 * @param retry what was decided after the fault: {@code next}, {@code same}, {@code stop}
 * @param upstreamId the provider's own id of the answer
 * @param usage what the provider told of it
 * @param output what came
 * @param untold of it: what came after the provider's last word on usage
 * @param spliced the request went out as received, with edits in place
 */
public record AttemptRecord(
    String endpoint,
    String provider,
    String providerName,
    String model,
    long startedMillis,
    long sentMillis,
    long headMillis,
    long firstTokenMillis,
    long endedMillis,
    int status,
    Optional<String> fault,
    Optional<String> detail,
    Optional<String> retry,
    Optional<String> upstreamId,
    Optional<Usage> usage,
    Volume output,
    Volume untold,
    boolean spliced) {}
