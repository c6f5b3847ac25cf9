package dev.fairlead.catalog;

import dev.fairlead.canon.Dialect;
import dev.fairlead.http.Headers;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * Who serves models.
 *
 * @param slug its name in preferences ({@code deepinfra})
 * @param name its display name
 * @param family whose proofs and file ids it understands; its own slug for most
 * @param baseUrl up to and including the version segment, without a final slash
 * @param chatPath what follows it for a conversation; {@code {model}} stands for the model; empty
 *     for the dialect's own
 * @param environment names of environment variables that hold its credential, first found wins
 * @param headers sent with every request
 * @param cancels closing the connection stops its work and its billing
 * @param builtin served by this process itself: the simulator
 */
public record Provider(
    String slug,
    String name,
    String family,
    Dialect dialect,
    URI baseUrl,
    Optional<String> chatPath,
    Auth auth,
    List<String> environment,
    Headers headers,
    boolean cancels,
    DataPolicy dataPolicy,
    Optional<String> privacyPolicyUrl,
    Optional<String> termsOfServiceUrl,
    Optional<String> statusPageUrl,
    Optional<String> headquarters,
    List<String> datacenters,
    boolean builtin) {
  public Provider {
    environment = List.copyOf(environment);
    datacenters = List.copyOf(datacenters);
  }
}
