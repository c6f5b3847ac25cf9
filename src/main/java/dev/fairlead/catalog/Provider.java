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
 * @param defaults what its endpoints are like unless they say otherwise
 * @param variables names of environment variables that stand in the base URL and are replaced by
 *     their values when the catalog is bound; the provider is not live while one is unset
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
    boolean builtin,
    EndpointDefaults defaults,
    List<String> variables) {

  /** A provider without anything special about its endpoints. */
  public Provider(
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
    this(
        slug,
        name,
        family,
        dialect,
        baseUrl,
        chatPath,
        auth,
        environment,
        headers,
        cancels,
        dataPolicy,
        privacyPolicyUrl,
        termsOfServiceUrl,
        statusPageUrl,
        headquarters,
        datacenters,
        builtin,
        EndpointDefaults.NONE,
        List.of());
  }

  public Provider {
    environment = List.copyOf(environment);
    datacenters = List.copyOf(datacenters);
    variables = List.copyOf(variables);
  }

  Provider withBaseUrl(URI url) {
    return new Provider(
        slug,
        name,
        family,
        dialect,
        url,
        chatPath,
        auth,
        environment,
        headers,
        cancels,
        dataPolicy,
        privacyPolicyUrl,
        termsOfServiceUrl,
        statusPageUrl,
        headquarters,
        datacenters,
        builtin,
        defaults,
        variables);
  }
}
