package dev.fairlead.provider;

import dev.fairlead.http.Origin;
import dev.fairlead.identity.Key;
import dev.fairlead.identity.Organization;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A provider's credential that is kept here, without its secret.
 *
 * @param organization whose it is: the operator's, where it is the gateway's
 * @param label the masked form that people recognise it by
 * @param origin where alone it is ever sent
 * @param own the organization's own (BYOK): what is used with it is paid at the provider
 * @param fallback used after all others
 * @param order those of a provider are tried from the lowest up
 * @param weight of the gateway's, how often it is tried first among those of the same order
 * @param models that it may be used for; empty for all
 * @param keys hashes of the keys that may use it; empty for all
 * @param users members whose keys may use it; empty for all
 */
public record Credential(
    String id,
    String organization,
    String provider,
    Optional<String> name,
    String label,
    Origin origin,
    boolean own,
    boolean fallback,
    boolean disabled,
    int order,
    int weight,
    List<String> models,
    List<String> keys,
    List<String> users,
    Instant createdAt,
    Optional<Instant> updatedAt) {
  public Credential {
    models = List.copyOf(models);
    keys = List.copyOf(keys);
    users = List.copyOf(users);
  }

  /** What its secret is sealed for. */
  String[] context() {
    return new String[] {id, provider, origin.toString()};
  }

  /** True for a model that it may be used for. */
  public boolean serves(String model) {
    return models.isEmpty() || models.contains(model);
  }

  /** True for somebody who may use it: an organization's own is for nobody else. */
  public boolean isFor(Optional<Key> caller) {
    return (!own
            || caller.map(Key::organization).orElse(Organization.OPERATOR).equals(organization))
        && (keys.isEmpty() || caller.map(Key::id).filter(keys::contains).isPresent())
        && (users.isEmpty() || caller.flatMap(Key::creator).filter(users::contains).isPresent());
  }
}
