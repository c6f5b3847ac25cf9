package dev.fairlead.journal;

import dev.fairlead.canon.Dialect;
import dev.fairlead.canon.Fault;
import dev.fairlead.canon.Loss;
import dev.fairlead.canon.StopReason;
import dev.fairlead.canon.Usage;
import dev.fairlead.identity.Tenant;
import dev.fairlead.money.Cost;
import dev.fairlead.wire.JsonWriter;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The settled record of one exchange.
 *
 * @param id {@code gen-<unix seconds>-<20 characters>}
 * @param createdAt when the request arrived
 * @param dialect what the caller spoke
 * @param operation {@code chat} or {@code completions}
 * @param requestedModel as the caller named it
 * @param model the model that served, by its id in the catalog; empty when none did
 * @param providerName display name of the provider that served
 * @param endpoint id of the endpoint that served
 * @param latencyMillis from the request's arrival to the answer's first piece; -1 when none came
 * @param durationMillis from the request's arrival to the end
 * @param overheadMicros the part of the latency that was ours
 * @param status the HTTP status that the caller got
 * @param cancelled the caller left before the end
 * @param own the organization's own credential was shown (BYOK)
 * @param decision writes the decision's record, when it is wanted; holds nothing of the request
 */
public record Generation(
    String id,
    Instant createdAt,
    Caller caller,
    Dialect dialect,
    String operation,
    boolean streamed,
    String requestedModel,
    Optional<String> model,
    Optional<String> providerName,
    Optional<String> endpoint,
    List<AttemptRecord> attempts,
    Optional<Usage> usage,
    boolean usageMetered,
    Cost cost,
    List<Loss> losses,
    Optional<StopReason> stop,
    Optional<String> nativeFinish,
    Optional<Fault> fault,
    long latencyMillis,
    long durationMillis,
    long overheadMicros,
    int status,
    boolean cancelled,
    boolean own,
    Consumer<JsonWriter> decision) {
  public Generation {
    attempts = List.copyOf(attempts);
    losses = List.copyOf(losses);
  }

  /**
   * Who asked, as far as the record wants to know.
   *
   * @param keyId SHA-256 of the key, in hexadecimal: its public identifier
   * @param tenant to whom the key belongs
   * @param user the caller's own id of its end user
   */
  public record Caller(
      String keyId,
      String keyName,
      Tenant tenant,
      Optional<String> user,
      Optional<String> session,
      Optional<String> referer,
      Optional<String> title,
      Optional<String> userAgent) {}
}
