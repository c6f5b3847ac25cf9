package dev.fairlead.provider;

import dev.fairlead.config.Secret;
import dev.fairlead.http.Origin;
import dev.fairlead.store.Database;
import dev.fairlead.store.Migration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * The credentials that are kept here. A change is first written, then holds for the next request.
 * Reading takes no lock; changes block, one at a time.
 */
public final class CredentialRegister {
  public static final List<Migration> MIGRATIONS = CredentialTable.MIGRATIONS;

  private static final System.Logger LOG = System.getLogger("fairlead.credentials");

  /** A credential with its secret; none where it does not open. */
  private record Kept(Credential credential, Optional<Secret> secret) {}

  private final CredentialTable table;
  private final Vault vault;
  private final Map<String, String> sealed = new HashMap<>();
  private volatile Map<String, Kept> byId = Map.of();
  private volatile Map<String, List<Credential>> byProvider = Map.of();

  public CredentialRegister(Database database, Vault vault) {
    this.table = new CredentialTable(database);
    this.vault = vault;
    load();
  }

  /** Reads the store again: somebody else may have written to it. */
  public synchronized void load() {
    Map<String, Kept> all = new LinkedHashMap<>();
    List<CredentialTable.Row> rows = table.all(); // where that fails, what is known stays
    sealed.clear();
    for (CredentialTable.Row row : rows) {
      all.put(row.credential().id(), kept(row));
      sealed.put(row.credential().id(), row.sealed());
    }
    publish(all);
  }

  private Kept kept(CredentialTable.Row row) {
    try {
      return new Kept(
          row.credential(), Optional.of(vault.open(row.sealed(), row.credential().context())));
    } catch (Vault.Sealed e) {
      LOG.log(
          System.Logger.Level.ERROR,
          "credential {0} of {1} cannot be used: {2}",
          row.credential().id(),
          row.credential().provider(),
          e.getMessage());
      return new Kept(row.credential(), Optional.empty());
    }
  }

  private void publish(Map<String, Kept> all) {
    Map<String, List<Credential>> providers = new HashMap<>();
    for (Kept kept : all.values()) {
      if (kept.secret().isPresent() && !kept.credential().disabled()) {
        providers
            .computeIfAbsent(kept.credential().provider(), p -> new ArrayList<>())
            .add(kept.credential());
      }
    }
    providers.replaceAll((provider, list) -> List.copyOf(list));
    byId = all;
    byProvider = Map.copyOf(providers);
  }

  /**
   * @param secret a new one; empty for the one that is there
   */
  public synchronized void put(Credential credential, Optional<Secret> secret) {
    Kept known = byId.get(credential.id());
    String seal =
        secret
            .map(fresh -> vault.seal(fresh, credential.context()))
            .orElseGet(() -> sealed.getOrDefault(credential.id(), ""));
    table.put(new CredentialTable.Row(credential, seal));
    sealed.put(credential.id(), seal);
    Map<String, Kept> next = new LinkedHashMap<>(byId);
    Optional<Secret> open = secret.or(() -> known == null ? Optional.empty() : known.secret());
    next.put(credential.id(), new Kept(credential, open));
    publish(next);
  }

  /** False when there is none of that id. */
  public synchronized boolean remove(String id) {
    if (!byId.containsKey(id)) {
      return false;
    }
    table.delete(id);
    sealed.remove(id);
    Map<String, Kept> next = new LinkedHashMap<>(byId);
    next.remove(id);
    publish(next);
    return true;
  }

  public List<Credential> all() {
    return byId.values().stream()
        .map(Kept::credential)
        .sorted(
            Comparator.comparing(Credential::provider)
                .thenComparing(Credential::order)
                .thenComparing(Credential::createdAt))
        .toList();
  }

  public Optional<Credential> credential(String id) {
    return Optional.ofNullable(byId.get(id)).map(Kept::credential);
  }

  /** Those of a provider that can be used. */
  public List<Credential> of(String provider) {
    return byProvider.getOrDefault(provider, List.of());
  }

  /** The secret, for the origin that it is bound to, and no other. */
  Optional<Secret> secret(String id, Origin origin) {
    Kept kept = byId.get(id);
    return kept == null
            || kept.credential().disabled()
            || !kept.credential().origin().equals(origin)
        ? Optional.empty()
        : kept.secret();
  }

  /** The gateway's own in an order by chance, in which the heavier stand first more often. */
  public static List<Credential> drawn(List<Credential> credentials, RandomGenerator random) {
    Map<Credential, Double> draw = new HashMap<>();
    for (Credential credential : credentials) {
      draw.put(credential, -Math.log(1 - random.nextDouble()) / Math.max(1, credential.weight()));
    }
    return credentials.stream()
        .sorted(
            Comparator.comparing(Credential::order).thenComparing(c -> draw.getOrDefault(c, 0.0)))
        .toList();
  }
}
